extension JournalHeader {
  /// Why a study cannot go on with this journal; nil where it can. The number of trials, time limit
  /// and machine may differ: speedups are measured in pairs.
  func conflict(with other: JournalHeader) -> (field: String, problem: String)? {
    let advice = "start a new search without --resume"
    if subject.model.fingerprint != other.subject.model.fingerprint
      || subject.model.layerCount != other.subject.model.layerCount
    {
      return (
        "model.fingerprint",
        "the journal is of another model (\(subject.model.path)); give that one with --model, or "
          + advice
      )
    }
    if let problem = settings.conflict(with: other.settings) { return ("settings", problem) }
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
  func conflict(with other: MachineDescription) -> String? {
    let advice = "start a new search without --resume"
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
