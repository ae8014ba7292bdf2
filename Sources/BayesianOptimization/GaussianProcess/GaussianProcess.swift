import Foundation

/// A Gaussian process with zero mean, conditioned on observations with known and inferred noise:
/// y ~ N(0, K + N), N = diag(v + c·τ²), v known per observation, τ² shared; off its diagonal N has what
/// observations on the same places have in common (`SharedNoise`).
///
/// Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006), algorithm 2.1.
public struct GaussianProcess<K: Kernel>: Sendable {
  /// The covariance function.
  public let kernel: K
  /// The logarithm of the inferred noise variance τ².
  public let logNoiseVariance: Double
  /// The logarithm of ℓ, over which points share the errors of the places that they were measured on.
  public let sharedNoiseLogLengthscale: Double
  /// What the process is conditioned on.
  public private(set) var observations: [Observation<K.Input>]
  /// What the observations' errors have in common.
  private(set) var sharedNoise: SharedNoise
  /// The factor of K + N.
  public private(set) var factor: Cholesky
  /// (K + N)⁻¹·y.
  public private(set) var weights: [Double]
  /// L⁻¹·y.
  private(set) var targetHalf: [Double]

  /// Conditions the process on `observations`, of which there may be none.
  ///
  /// - Throws: where the covariance matrix is not finite, or not positive definite in spite of
  ///   jitter.
  public init(
    kernel: K, logNoiseVariance: Double, sharedNoiseLogLengthscale: Double? = nil,
    observations: [Observation<K.Input>]
  ) throws(GaussianProcessError) {
    try self.init(
      kernel: kernel, logNoiseVariance: logNoiseVariance,
      sharedNoiseLogLengthscale: sharedNoiseLogLengthscale ?? SharedNoise.prior.mean,
      observations: observations, sharedNoise: SharedNoise(kernel, observations),
      pairwise: kernel.pairwise(observations.map(\.point)))
  }

  init(
    kernel: K, logNoiseVariance: Double, sharedNoiseLogLengthscale: Double,
    observations: [Observation<K.Input>], sharedNoise: SharedNoise, pairwise: K.Pairwise
  ) throws(GaussianProcessError) {
    self.kernel = kernel
    self.logNoiseVariance = logNoiseVariance
    self.sharedNoiseLogLengthscale = sharedNoiseLogLengthscale
    self.observations = observations
    self.sharedNoise = sharedNoise
    var covariance = kernel.gram(pairwise)
    Self.addNoise(
      to: &covariance, observations, logVariance: logNoiseVariance, shared: sharedNoise,
      logLengthscale: sharedNoiseLogLengthscale)
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
    let known = sharedNoise.pairs.count
    sharedNoise.append(kernel, observation, to: observations)
    var row = row
    for pair in sharedNoise.pairs[known...] {
      row[pair.column] +=
        sharedNoise.covariance(pair, logLengthscale: sharedNoiseLogLengthscale)
    }
    if factor.append(row: row, diagonal: variance) {
      observations.append(observation)
      solveTargets()
    } else {
      self = try GaussianProcess(
        kernel: kernel, logNoiseVariance: logNoiseVariance,
        sharedNoiseLogLengthscale: sharedNoiseLogLengthscale,
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
  /// (equation 5.9), and, where observations share noise, by log ℓ.
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
    let gradient = kernel.gradient(pairwise, weights: contraction) + [byNoise]
    guard !sharedNoise.isEmpty else { return gradient }
    let byLengthscale = sharedNoise.pairs.reduce(0) {
      $0 + 2 * contraction[$1.row, $1.column]
        * sharedNoise.gradient($1, logLengthscale: sharedNoiseLogLengthscale)
    }
    return gradient + [byLengthscale]
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

  /// The posterior means at the observed points, without the kernel: K·w = y − N·w.
  public var meansAtObservations: [Double] {
    let noise = exp(logNoiseVariance)
    var means = zip(observations, weights).map { observation, weight in
      observation.value
        - (observation.noiseVariance + observation.noiseShare * noise + factor.jitter) * weight
    }
    for pair in sharedNoise.pairs {
      let shared = sharedNoise.covariance(pair, logLengthscale: sharedNoiseLogLengthscale)
      means[pair.row] -= shared * weights[pair.column]
      means[pair.column] -= shared * weights[pair.row]
    }
    return means
  }

  /// N.
  var noiseCovariance: Matrix {
    var matrix = Matrix(rows: observations.count, columns: observations.count)
    Self.addNoise(
      to: &matrix, observations, logVariance: logNoiseVariance, shared: sharedNoise,
      logLengthscale: sharedNoiseLogLengthscale)
    return matrix
  }

  private static func addNoise(
    to matrix: inout Matrix, _ observations: [Observation<K.Input>], logVariance: Double,
    shared: SharedNoise, logLengthscale: Double
  ) {
    let noise = exp(logVariance)
    for (index, observation) in observations.enumerated() {
      matrix[index, index] += observation.noiseVariance + observation.noiseShare * noise
    }
    for pair in shared.pairs {
      let covariance = shared.covariance(pair, logLengthscale: logLengthscale)
      matrix[pair.row, pair.column] += covariance
      matrix[pair.column, pair.row] += covariance
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
