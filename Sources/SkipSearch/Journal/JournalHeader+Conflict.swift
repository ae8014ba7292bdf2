import Files

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
          : "this study's trials are run by skip-search itself (search --study), not by ask and "
            + "tell"
      )
    }
    if subject.isExternal, subject.model.layerCount != other.subject.model.layerCount {
      return (
        "model.num_layers",
        "the study is of \(subject.model.layerCount) layers, not of "
          + "\(other.subject.model.layerCount)"
      )
    }
    if let problem = modelConflict(isElsewhere: other.subject.machine.isElsewhere, or: advice) {
      return ("machine", problem)
    }
    if subject.model.fingerprint != other.subject.model.fingerprint
      || subject.model.layerCount != other.subject.model.layerCount
    {
      return (
        "model.fingerprint",
        "the journal is of another model (\(subject.model.path)); "
          + (subject.machine.isElsewhere
            ? "give its evaluator with --evaluator-command, or "
            : "give that one with --model, or ")
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

extension JournalHeader {
  /// Why a study cannot go on with a model of this program's own, or of another's; nil where it
  /// can.
  ///
  /// - Parameters:
  ///   - isElsewhere: whether another program has the model.
  ///   - advice: what to do instead.
  func modelConflict(isElsewhere: Bool, or advice: String) -> String? {
    guard subject.machine.isElsewhere != isElsewhere else { return nil }
    if isElsewhere {
      return
        "the journal is of a model of this program's own; go on with --model "
        + "\(subject.model.path) instead of --evaluator-command, or \(advice)"
    }
    let command = subject.evaluatorCommand.map(quoted)
    return
      "the journal belongs to an evaluator in another process (of \(subject.model.path)); go on "
      + "with --evaluator-command \(command ?? "COMMAND") instead of --model, or \(advice)"
  }
}

extension MachineDescription {
  /// Why costs measured on this machine do not hold on another; nil where they do.
  ///
  /// - Parameter advice: what to do instead.
  func conflict(with other: MachineDescription, or advice: String) -> String? {
    if threads != other.threads {
      return
        "the journal's costs were measured with \(counted(threads, "thread")); "
        + (isElsewhere ? "have the evaluator use as many, or " : "give --threads \(threads), or ")
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
