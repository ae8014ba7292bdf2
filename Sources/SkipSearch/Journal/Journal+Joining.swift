import DraftEvaluation
import Files

extension Journal {
  /// How a process wants to go on with a journal.
  public enum Use: Sendable {
    /// Alone, by `resume`.
    case resuming
    /// As a worker of the study in this directory, by `join`.
    case sharing(StudyDirectory)

    /// What to do where a journal is of something else.
    fileprivate var advice: String {
      switch self {
      case .resuming: "start a new search without --resume"
      case .sharing: "give another directory with --study"
      }
    }

    /// Refuses a journal that is not written in this way.
    func check(_ header: JournalHeader, at path: String) throws(InputError) {
      switch self {
      case .resuming where header.isShared:
        throw InputError(
          file: path,
          "this journal is a shared study's; go on with --study "
            + StudyDirectory(containing: path).path)
      case .sharing where !header.isShared:
        throw InputError(
          file: path, "this journal is of a search without --study; go on with --resume \(path)")
      case .resuming, .sharing: break
      }
    }

    /// Refuses a journal of another model, other prompts or other settings.
    func check(
      _ header: JournalHeader, against own: JournalHeader, at path: String
    ) throws(InputError) {
      try check(header, at: path)
      if let (field, problem) = header.conflict(with: own, or: advice) {
        throw InputError(file: path, field: field, problem)
      }
    }

    /// Refuses a journal whose costs are another machine's. Workers of a shared study may be on
    /// any.
    func check(_ content: JournalContent, machine: MachineDescription) throws(InputError) {
      guard case .resuming = self, content.costs != nil,
        let problem = content.header.subject.machine.conflict(with: machine, or: advice)
      else { return }
      throw InputError(file: content.path, field: "machine", problem)
    }

    fileprivate func check(
      _ settings: StudySettings, of content: JournalContent
    ) throws(InputError) {
      if let problem = content.header.settings.conflict(with: settings, or: advice) {
        throw InputError(file: content.path, field: "settings", problem)
      }
    }
  }

  /// Refuses, as going on would, what can be refused before there is a model: reading one takes
  /// time.
  ///
  /// - Parameters:
  ///   - isElsewhere: whether another program has the model of the run that wants to go on.
  ///   - threads: those of the run that wants to go on; nil where it does not matter.
  /// - Throws: where the journal cannot be gone on with in this way, or by these settings.
  public static func check(
    _ path: String, for use: Use, settings: StudySettings, isElsewhere: Bool, threads: Int?
  ) throws(InputError) {
    let content = try JournalContent(path)
    try use.check(content.header, at: path)
    if let problem = content.header.modelConflict(isElsewhere: isElsewhere, or: use.advice) {
      throw InputError(file: path, field: "machine", problem)
    }
    try use.check(settings, of: content)
    if let threads {
      var machine = content.header.subject.machine
      machine.threads = threads
      try use.check(content, machine: machine)
    }
  }

  /// Refuses, as going on would, a journal of another model, other prompts or other settings;
  /// nothing is locked and nothing written.
  public static func check(
    _ path: String, for use: Use, header: JournalHeader
  ) throws(InputError) {
    try use.check(try JournalContent(path).header, against: header, at: path)
  }
}
