extension JournalHeader {
  /// Why a study cannot go on with this journal; nil where it can. The number of trials, time limit
  /// and machine may differ: speedups are measured in pairs.
  ///
  /// - Parameter advice: what to do instead.
  func conflict(
    with other: JournalHeader, or advice: String
  ) -> (field: String, problem: String)? {
    if subject.isExternal != other.subject.isExternal {
      return (
        "model.architecture",
        subject.isExternal
          ? ExternalStudy.refusal
          : "this study's trials are run by skip-search itself (search --study), not by ask and tell"
      )
    }
    if subject.isExternal, subject.model.layerCount != other.subject.model.layerCount {
      return (
        "model.num_layers",
        "the study is of \(subject.model.layerCount) layers, not of "
          + "\(other.subject.model.layerCount)"
      )
    }
    if subject.model.fingerprint != other.subject.model.fingerprint
      || subject.model.layerCount != other.subject.model.layerCount
    {
      return (
        "model.fingerprint",
        "the journal is of another model (\(subject.model.path)); give that one with --model, or "
          + advice
      )
    }
    if let problem = settings.conflict(with: other.settings, or: advice) {
      return ("settings", problem)
    }
    if subject.calibration.fingerprint != other.subject.calibration.fingerprint {
      return (
        "calibration.fingerprint",
        "the journal's trials decoded other prompts (\(subject.calibration.source)); give the same "
          + "with --prompts, or " + advice
      )
    }
    return nil
  }
}

extension MachineDescription {
  /// Why costs measured on this machine do not hold on another; nil where they do.
  ///
  /// - Parameter advice: what to do instead.
  func conflict(with other: MachineDescription, or advice: String) -> String? {
    if threads != other.threads {
      return
        "the journal's costs were measured with \(threads) threads; give --threads \(threads), or "
        + advice
    }
    if cpu == other.cpu, instructionSet != other.instructionSet {
      return
        "the journal's costs were measured with \(instructionSet), this search has "
        + "\(other.instructionSet); set SKIP_SEARCH_ISA=\(instructionSet), or " + advice
    }
    if cpu != other.cpu || instructionSet != other.instructionSet {
      return "the journal's costs were measured on another machine (\(cpu), \(instructionSet)); "
        + advice
    }
    return nil
  }
}
