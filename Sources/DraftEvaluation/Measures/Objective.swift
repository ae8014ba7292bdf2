/// What the optimiser is told of an evaluation: a noisy value of the log speedup.
public struct Objective: Hashable, Sendable {
  /// The natural logarithm of the speedup.
  public var logSpeedup: Double
  /// The variance of its noise.
  public var variance: Double

  /// A value with its variance.
  public init(logSpeedup: Double, variance: Double) {
    self.logSpeedup = logSpeedup
    self.variance = variance
  }

  /// The value less one standard error: by this, the luckiest of many is not the best.
  public var cautiousLogSpeedup: Double { logSpeedup - variance.squareRoot() }
}
