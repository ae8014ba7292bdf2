import DraftEvaluation

/// How a study shares its time: what comes after the search takes at most a quarter of the whole.
struct StudySchedule {
  /// When the whole study ends.
  let end: Deadline
  /// When no further trial begins or goes on.
  let searchEnd: Deadline
  private let start: Double
  private let clock: () -> Double

  /// The most of a study that settings, checks and held-out prompts of the best few may take.
  private static let finalsShare = 0.25
  /// The most of what is left after the search that the best few may take to find their stop rules.
  private static let settlingShare = 0.25
  /// Seconds that the finals may take in any case, where there is no time limit.
  private static let leastFinals = 10.0

  /// - Parameters:
  ///   - start: when the study began, in seconds of `clock`.
  ///   - limit: the seconds that it may take; nil for any.
  init(start: Double, limit: Double?, clock: @escaping () -> Double) {
    self.start = start
    self.clock = clock
    end = Deadline(limit.map { start + $0 }, clock: clock)
    searchEnd = end.earlier(by: (limit ?? 0) * Self.finalsShare)
  }

  /// When the finals of a search that ends now have to end.
  ///
  /// - Parameter journalSeconds: what the trials of a resumed journal took.
  func finalsEnd(journalSeconds: Double) -> Deadline {
    let share = (clock() - start + journalSeconds) * Self.finalsShare / (1 - Self.finalsShare)
    let seconds = end.remaining.map { min($0, max(share, 0)) } ?? max(share, Self.leastFinals)
    return Deadline(clock() + seconds, clock: clock)
  }

  /// When the best few of a search that ends now try no further stop rule.
  func settlingEnd(_ finalsEnd: Deadline) -> Deadline {
    finalsEnd.earlier(by: (finalsEnd.remaining ?? 0) * (1 - Self.settlingShare))
  }
}
