import Foundation

/// The logarithm of the expected improvement of a normal variable over an incumbent.
///
/// EI itself is zero in floating point almost everywhere once a good point is known, and a search
/// on a plateau of zeros is a random walk. Its logarithm is finite and keeps its slope in the
/// deepest tails (Ament, Daulton, Eriksson, Balandat and Bakshy, NeurIPS 2023).
///
/// - Parameters:
///   - mean: the posterior mean.
///   - standardDeviation: the posterior standard deviation, positive.
///   - incumbent: the value to improve on, to be maximised.
/// - Returns: log E[max(f − incumbent, 0)].
public func logExpectedImprovement(
  mean: Double, standardDeviation: Double, incumbent: Double
) -> Double {
  precondition(standardDeviation > 0, "a standard deviation of \(standardDeviation)")
  return NormalDistribution.logH((mean - incumbent) / standardDeviation) + log(standardDeviation)
}
