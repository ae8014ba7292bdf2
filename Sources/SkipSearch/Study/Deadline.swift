import DraftEvaluation

/// When a part of a study has to end, by the study's own clock; never, where there is no time
/// limit.
struct Deadline {
  private let clock: () -> Double
  private let time: Double?

  /// - Parameters:
  ///   - time: in seconds of `clock`; nil for never.
  init(_ time: Double?, clock: @escaping () -> Double) {
    self.time = time
    self.clock = clock
  }

  /// A deadline that is so many seconds before this one.
  func earlier(by seconds: Double) -> Deadline { Deadline(time.map { $0 - seconds }, clock: clock) }

  /// Whether the time is over.
  var isPassed: Bool { time.map { clock() >= $0 } ?? false }

  /// Seconds that are left; nil where there is no limit.
  var remaining: Double? { time.map { $0 - clock() } }

  /// Raised when the time is over.
  var signal: StopSignal { StopSignal { isPassed } }
}
