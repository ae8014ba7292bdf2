/// Seconds since it was made, on a clock that never jumps: the package's one clock.
public struct Stopwatch: Sendable {
  private let start = ContinuousClock.now

  /// Starts.
  public init() {}

  /// Seconds since the start. Reading them leaves the stopwatch running.
  @inline(__always)
  public var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}
