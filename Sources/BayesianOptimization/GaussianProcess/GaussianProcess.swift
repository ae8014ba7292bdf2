import Foundation

/// A Gaussian process with zero mean, conditioned on observations with known and inferred noise:
/// y ~ N(0, K + diag(v + c·τ²)), v known per observation, τ² shared.
///
/// Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006), algorithm 2.1.
public struct GaussianProcess<K: Kernel>: Sendable {
  /// The covariance function.
  public let kernel: K
  /// The logarithm of the inferred noise variance τ².
  public let logNoiseVariance: Double
  /// What the process is conditioned on.
  public private(set) var observations: [Observation<K.Input>]
  /// The factor of K + diag(v + c·τ²).
  public private(set) var factor: Cholesky
  /// (K + diag(v + c·τ²))⁻¹·y.
  public private(set) var weights: [Double]
  /// L⁻¹·y.
  private(set) var targetHalf: [Double]

  /// Conditions the process on `observations`, of which there may be none.
  ///
  /// - Throws: where the covariance matrix is not finite, or not positive definite in spite of
  ///   jitter.
  public init(
    kernel: K, logNoiseVariance: Double, observations: [Observation<K.Input>]
  ) throws(GaussianProcessError) {
    try self.init(
      kernel: kernel, logNoiseVariance: logNoiseVariance, observations: observations,
      pairwise: kernel.pairwise(observations.map(\.point)))
  }

  init(
    kernel: K, logNoiseVariance: Double, observations: [Observation<K.Input>],
    pairwise: K.Pairwise
  ) throws(GaussianProcessError) {
    self.kernel = kernel
    self.logNoiseVariance = logNoiseVariance
    self.observations = observations
    var covariance = kernel.gram(pairwise)
    let noise = exp(logNoiseVariance)
    for (index, observation) in observations.enumerated() {
      covariance[index, index] += observation.noiseVariance + observation.noiseShare * noise
    }
    factor = try Cholesky(covariance)
    weights = []
    targetHalf = []
    solveTargets()
  }

  /// Conditions on one observation more, in O(n²); factorises anew where the new row nearly depends
  /// on the others.
  ///
  /// - Throws: as `init`.
  public mutating func append(_ observation: Observation<K.Input>) throws(GaussianProcessError) {
    let (row, prior) = kernelRow(observation.point)
    try append(observation, row: row, prior: prior)
  }

  /// The same with the kernel row of the point, and its prior variance.
  mutating func append(
    _ observation: Observation<K.Input>, row: [Double], prior: Double
  ) throws(GaussianProcessError) {
    let variance =
      prior + observation.noiseVariance + observation.noiseShare * exp(logNoiseVariance)
    guard row.allSatisfy(\.isFinite) && variance.isFinite else { throw .notFinite }
    if factor.append(row: row, diagonal: variance) {
      observations.append(observation)
      solveTargets()
    } else {
      self = try GaussianProcess(
        kernel: kernel, logNoiseVariance: logNoiseVariance,
        observations: observations + [observation])
    }
  }
}

extension GaussianProcess {
  private mutating func solveTargets() {
    let targets = observations.map(\.value)
    weights = factor.solve(targets)
    targetHalf = targets
    targetHalf.withUnsafeMutableBufferPointer { factor.solveLower(in: $0, columns: 1) }
  }

  /// log p(y) (Rasmussen and Williams, equation 2.30).
  public var logMarginalLikelihood: Double {
    let fit = zip(observations, weights).reduce(0) { $0 + $1.0.value * $1.1 }
    return -0.5 * fit - 0.5 * factor.logDeterminant
      - Double(observations.count) * NormalDistribution.halfLogTwoPi
  }

  /// The gradient of `logMarginalLikelihood` by the kernel's log parameters, then by log τ²
  /// (equation 5.9).
  public func logMarginalLikelihoodGradient() -> [Double] {
    logMarginalLikelihoodGradient(pairwise: kernel.pairwise(observations.map(\.point)))
  }

  func logMarginalLikelihoodGradient(pairwise: K.Pairwise) -> [Double] {
    // ½(αα' − K⁻¹), in place of the inverse.
    var contraction = factor.inverse()
    let count = observations.count
    contraction.elements.withUnsafeMutableBufferPointer { elements in
      for column in 0..<count {
        for row in 0..<count {
          let index = row + column * count
          elements[index] = 0.5 * (weights[row] * weights[column] - elements[index])
        }
      }
    }
    let noise = exp(logNoiseVariance)
    let byNoise = observations.indices.reduce(0) {
      $0 + contraction[$1, $1] * observations[$1].noiseShare * noise
    }
    return kernel.gradient(pairwise, weights: contraction) + [byNoise]
  }
}

extension GaussianProcess {
  /// Mean and variance of the function (not of an observation) at `point`. The variance is at least
  /// 1e-12 of the prior's, as acquisition functions divide by it.
  public func posterior(at point: K.Input) -> (mean: Double, variance: Double) {
    let (row, prior) = kernelRow(point)
    return posterior(row: row, prior: prior)
  }

  /// The same with the kernel row of the point, and its prior variance.
  func posterior(row: [Double], prior: Double) -> (mean: Double, variance: Double) {
    let mean = zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }
    var half = row
    half.withUnsafeMutableBufferPointer { factor.solveLower(in: $0, columns: 1) }
    let variance = prior - half.reduce(0) { $0 + $1 * $1 }
    return (mean, max(variance, 1e-12 * prior))
  }

  /// The covariances of the observed points with `point`, and its prior variance: in one call, as a
  /// kernel prepares much for the first entry.
  func kernelRow(_ point: K.Input) -> (row: [Double], prior: Double) {
    let row = kernel.cross(observations.map(\.point) + [point], [point]).elements
    return (Array(row.dropLast()), row[row.count - 1])
  }

  /// The posterior means at the observed points, in O(n): K·w = y − N·w, N the noise's diagonal.
  public var meansAtObservations: [Double] {
    let noise = exp(logNoiseVariance)
    return zip(observations, weights).map { observation, weight in
      observation.value
        - (observation.noiseVariance + observation.noiseShare * noise + factor.jitter) * weight
    }
  }

  /// Mean and covariance matrix of the function at several points at once.
  public func jointPosterior(at points: [K.Input]) -> (mean: [Double], covariance: Matrix) {
    let cross = kernel.cross(observations.map(\.point), points)
    let half = factor.solveLower(cross)
    var covariance = kernel.gram(kernel.pairwise(points))
    let count = observations.count
    var mean = [Double](repeating: 0, count: points.count)
    for column in points.indices {
      for index in 0..<count { mean[column] += cross[index, column] * weights[index] }
      for row in column..<points.count {
        var explained = 0.0
        for index in 0..<count { explained += half[index, row] * half[index, column] }
        covariance[row, column] -= explained
      }
    }
    covariance.mirrorLower()
    return (mean, covariance)
  }
}
