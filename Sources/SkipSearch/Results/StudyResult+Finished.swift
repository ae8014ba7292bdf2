import Files

extension StudyResult {
  /// How the note about a search that had no time for its last trial begins.
  static let timeIsOver = "the time limit ended the search"

  /// The result of a study that has nothing left to do, as it lies beside the journal; nil where
  /// going on would do something: run trials that are wanted, or measure the best few again.
  ///
  /// - Parameter settings: those of the run that would go on.
  /// - Throws: where the journal cannot be read.
  public static func finished(
    _ journal: String, wanting settings: StudySettings
  ) throws(InputError) -> (result: StudyResult, path: String)? {
    let content = try JournalContent(journal)
    let path = Journal.resultPath(of: journal, content.header)
    if content.header.isShared {
      guard let count = content.finishedTrials, count >= content.trials.count else { return nil }
    }
    guard fileExists(path), let result = try? StudyResult(file: path), !result.isInterrupted,
      result.trials.count == content.trials.count,
      result.subject.model.fingerprint == content.header.subject.model.fingerprint,
      !result.wouldGoOn(with: settings)
    else { return nil }
    return (result, path)
  }

  private func wouldGoOn(with wanted: StudySettings) -> Bool {
    guard wanted.trials > trials.count else { return false }
    return wanted.trials > settings.trials || settings.stopsEarly && !wanted.stopsEarly
      || !settings.force && wanted.force || warnings.contains { $0.hasPrefix(Self.timeIsOver) }
  }
}
