import LinearAlgebra

/// A function of points that is linear in their kernel rows, c + wᵀφ(z) + k(z, X)·v: a posterior
/// mean, a sample from the posterior, or the posterior covariance with something.
struct KernelFunctional: Sendable {
  /// c.
  var constant = 0.0
  /// w; zero where nil.
  var featureWeights: [Double]?
  /// v, one weight per observation.
  let weights: [Double]

  /// The part that needs no kernel row.
  func prior(_ features: [Double]) -> Double {
    constant + (featureWeights.map { dot($0, features) } ?? 0)
  }
}
