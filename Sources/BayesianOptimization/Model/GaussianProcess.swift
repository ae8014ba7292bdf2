import Foundation
import LinearAlgebra

/// A Gaussian process with zero mean, conditioned on observations with known and inferred noise: y
/// ~ N(0, K + N), N = diag(v + c·τ²), v known per observation, τ² shared; off its diagonal N has
/// what observations on the same chunks have in common (`SharedNoise`).
///
/// Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006), algorithm 2.1.
public struct GaussianProcess<K: Kernel>: Sendable {
  /// The covariance function; its parameters are those of `hyperparameters`.
  public let kernel: K
  /// The logarithms of the hyper-parameters.
  public let hyperparameters: Hyperparameters<Double>
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
  /// - Parameters:
  ///   - kernel: the covariance function with its parameters.
  ///   - logNoiseVariance: log τ².
  ///   - logSharedLengthscale: log ℓ of `SharedNoise`; its prior's mode unless told.
  ///   - observations: what to condition on.
  /// - Throws: where the covariance matrix is not finite, or not positive definite in spite of
  ///   jitter.
  public init(
    kernel: K, logNoiseVariance: Double, logSharedLengthscale: Double? = nil,
    observations: [Observation<K.Input>]
  ) throws(GaussianProcessError) {
    try self.init(
      kernel,
      Hyperparameters(
        kernel: kernel.parameters, noise: logNoiseVariance,
        sharedLengthscale: logSharedLengthscale),
      TrainingSet(kernel, observations))
  }

  /// The same of a prepared training set, the kernel with other parameters.
  ///
  /// - Throws: as above.
  public init(
    _ kernel: K, _ hyperparameters: Hyperparameters<Double>, _ training: TrainingSet<K>
  ) throws(GaussianProcessError) {
    var kernel = kernel
    kernel.parameters = hyperparameters.kernel
    self.kernel = kernel
    self.hyperparameters = hyperparameters
    observations = training.observations
    sharedNoise = training.sharedNoise
    var covariance = kernel.gram(training.pairwise)
    Self.addNoise(to: &covariance, hyperparameters, observations, sharedNoise)
    do throws(CholeskyError) {
      factor = try Cholesky(covariance)
    } catch {
      throw GaussianProcessError(error)
    }
    weights = []
    targetHalf = []
    solveTargets()
  }

  /// Conditions on one observation more, in O(n²); factorises anew where the new row nearly depends
  /// on the others.
  ///
  /// - Throws: as `init`.
  public mutating func append(_ observation: Observation<K.Input>) throws(GaussianProcessError) {
    try append(observation, kernelRow(observation.point))
  }

  /// The same with the kernel row of the point.
  mutating func append(
    _ observation: Observation<K.Input>, _ kernelRow: KernelRow
  ) throws(GaussianProcessError) {
    let variance =
      kernelRow.prior + observation.noiseVariance
      + observation.noiseShare * inferredNoiseVariance
    guard kernelRow.values.allSatisfy(\.isFinite) && variance.isFinite else { throw .notFinite }
    let known = sharedNoise.pairs.count
    sharedNoise.append(kernel, observation, to: observations)
    var row = kernelRow.values
    for pair in sharedNoise.pairs[known...] {
      row[pair.column] += pair.covariance(hyperparameters)
    }
    if factor.append(row: row, diagonal: variance) {
      observations.append(observation)
      solveTargets()
    } else {
      self = try GaussianProcess(
        kernel, hyperparameters, TrainingSet(kernel, observations + [observation]))
    }
  }

  private mutating func solveTargets() {
    let targets = observations.map(\.value)
    weights = factor.solve(targets)
    targetHalf = targets
    targetHalf.withUnsafeMutableBufferPointer { factor.solveLower(in: $0, columns: 1) }
  }
}

extension GaussianProcess {
  /// τ².
  var inferredNoiseVariance: Double { exp(hyperparameters.noise) }

  /// N.
  var noiseCovariance: Matrix {
    var matrix = Matrix(rows: observations.count, columns: observations.count)
    Self.addNoise(to: &matrix, hyperparameters, observations, sharedNoise)
    return matrix
  }

  private static func addNoise(
    to matrix: inout Matrix, _ hyperparameters: Hyperparameters<Double>,
    _ observations: [Observation<K.Input>], _ shared: SharedNoise
  ) {
    let noise = exp(hyperparameters.noise)
    for (index, observation) in observations.enumerated() {
      matrix[index, index] += observation.noiseVariance + observation.noiseShare * noise
    }
    for pair in shared.pairs {
      let covariance = pair.covariance(hyperparameters)
      matrix[pair.row, pair.column] += covariance
      matrix[pair.column, pair.row] += covariance
    }
  }
}
