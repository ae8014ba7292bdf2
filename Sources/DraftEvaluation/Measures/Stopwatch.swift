/// Seconds since it was made, on a clock that never jumps.
public struct Stopwatch {
  private let start = ContinuousClock.now

  /// Starts now.
  public init() {}

  public var seconds: Double {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
