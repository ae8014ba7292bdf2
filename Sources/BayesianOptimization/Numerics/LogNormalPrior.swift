import Foundation

/// A normal prior on the logarithm of a hyper-parameter.
public struct LogNormalPrior: Sendable, Equatable {
  /// The mean of the logarithm, which is also its mode.
  public let mean: Double
  /// The standard deviation of the logarithm.
  public let standardDeviation: Double

  /// A prior log θ ~ N(mean, standardDeviation²).
  public init(mean: Double, standardDeviation: Double) {
    precondition(standardDeviation > 0, "a standard deviation of \(standardDeviation)")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The log density at log θ = `x`.
  public func logDensity(_ x: Double) -> Double {
    let z = (x - mean) / standardDeviation
    return -0.5 * z * z - log(standardDeviation) - NormalDistribution.halfLogTwoPi
  }

  /// The derivative of `logDensity`.
  public func logDensityGradient(_ x: Double) -> Double {
    -(x - mean) / (standardDeviation * standardDeviation)
  }
}
