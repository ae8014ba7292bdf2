import Foundation

/// A Gaussian process with zero mean, conditioned on observations with known and inferred noise:
/// y ~ N(0, K + N), N = diag(v + c·τ² + κ²·s²), v known per observation, τ² and κ² for all, s how far the
/// point falls short of the best (`Discrepancy`); off its diagonal N has what observations on the same
/// places have in common (`SharedNoise`).
///
/// Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006), algorithm 2.1.
public struct GaussianProcess<K: Kernel>: Sendable {
  /// The covariance function.
  public let kernel: K
  /// The logarithm of the inferred noise variance τ².
  public let logNoiseVariance: Double
  /// The logarithm of κ²; −∞ where nothing is left out.
  public let logDiscrepancy: Double
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
    logDiscrepancy: Double = -.infinity, observations: [Observation<K.Input>]
  ) throws(GaussianProcessError) {
    try self.init(
      kernel: kernel, logNoiseVariance: logNoiseVariance,
      sharedNoiseLogLengthscale: sharedNoiseLogLengthscale ?? SharedNoise.prior.mean,
      logDiscrepancy: logDiscrepancy,
      observations: observations, sharedNoise: SharedNoise(kernel, observations),
      pairwise: kernel.pairwise(observations.map(\.point)))
  }

  init(
    kernel: K, logNoiseVariance: Double, sharedNoiseLogLengthscale: Double, logDiscrepancy: Double,
    observations: [Observation<K.Input>], sharedNoise: SharedNoise, pairwise: K.Pairwise
  ) throws(GaussianProcessError) {
    self.kernel = kernel
    self.logNoiseVariance = logNoiseVariance
    self.sharedNoiseLogLengthscale = sharedNoiseLogLengthscale
    self.logDiscrepancy = logDiscrepancy
    self.observations = observations
    self.sharedNoise = sharedNoise
    var covariance = kernel.gram(pairwise)
    factor = try Cholesky(Matrix(rows: 0, columns: 0))
    weights = []
    targetHalf = []
    addNoise(to: &covariance)
    factor = try Cholesky(covariance)
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
    let variance = prior + noiseVariance(of: observation)
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
        sharedNoiseLogLengthscale: sharedNoiseLogLengthscale, logDiscrepancy: logDiscrepancy,
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
  /// (equation 5.9), by log ℓ where observations share noise, and by log κ² unless that is −∞.
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
    var gradient = kernel.gradient(pairwise, weights: contraction) + [byNoise]
    if !sharedNoise.isEmpty {
      gradient.append(
        sharedNoise.pairs.reduce(0) {
          $0 + 2 * contraction[$1.row, $1.column]
            * sharedNoise.gradient($1, logLengthscale: sharedNoiseLogLengthscale)
        })
    }
    if logDiscrepancy > -.infinity {
      gradient.append(
        observations.indices.reduce(0) {
          $0 + contraction[$1, $1] * discrepancyVariance(of: observations[$1])
        })
    }
    return gradient
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
    var means = zip(observations, weights).map { observation, weight in
      observation.value - (noiseVariance(of: observation) + factor.jitter) * weight
    }
    for pair in sharedNoise.pairs {
      let shared = sharedNoise.covariance(pair, logLengthscale: sharedNoiseLogLengthscale)
      means[pair.row] -= shared * weights[pair.column]
      means[pair.column] -= shared * weights[pair.row]
    }
    return means
  }

  /// The posterior means at the observed points of the function and of what the model leaves out there,
  /// which is no error of theirs: the best estimates of their values.
  var valuesAtObservations: [Double] {
    let means = meansAtObservations
    return observations.indices.map {
      means[$0] + discrepancyVariance(of: observations[$0]) * weights[$0]
    }
  }

  /// The variance of what an observation adds to the function: a diagonal element of N.
  func noiseVariance(of observation: Observation<K.Input>) -> Double {
    observation.noiseVariance + observation.noiseShare * exp(logNoiseVariance)
      + discrepancyVariance(of: observation)
  }

  /// κ²·s².
  private func discrepancyVariance(of observation: Observation<K.Input>) -> Double {
    exp(logDiscrepancy) * observation.shortfall * observation.shortfall
  }

  /// N.
  var noiseCovariance: Matrix {
    var matrix = Matrix(rows: observations.count, columns: observations.count)
    addNoise(to: &matrix)
    return matrix
  }

  private func addNoise(to matrix: inout Matrix) {
    for (index, observation) in observations.enumerated() {
      matrix[index, index] += noiseVariance(of: observation)
    }
    for pair in sharedNoise.pairs {
      let covariance = sharedNoise.covariance(pair, logLengthscale: sharedNoiseLogLengthscale)
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
