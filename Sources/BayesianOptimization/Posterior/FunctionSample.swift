import Foundation
import LinearAlgebra
import Statistics

/// A random function from the posterior: exact in the features' weights, and the conditional mean
/// of the Hamming term given that draw.
///
/// Matheron's rule (Wilson et al., *Efficiently Sampling Functions from Gaussian Process
/// Posteriors*, ICML 2020): a draw f₀ from the prior and ε₀ from the noise, corrected by what the
/// data say of their sum, f₀(z) + k(z, X)·K⁻¹·(y − f₀(X) − ε₀).
struct FunctionSample: Sendable {
  /// What it is a sample of.
  let process: GaussianProcess<StructuredKernel>
  /// The prior draw of the constant and of the features' weights, and K⁻¹·(y − f₀(X) − ε₀).
  let functional: KernelFunctional

  /// Draws one.
  init(_ process: GaussianProcess<StructuredKernel>, random: inout RandomSource) {
    self = FunctionSampler(process).draw(&random)
  }

  init(
    _ process: GaussianProcess<StructuredKernel>, _ functional: KernelFunctional
  ) {
    self.process = process
    self.functional = functional
  }
}

/// Draws functions from a posterior, with what all draws share.
struct FunctionSampler: Sendable {
  let process: GaussianProcess<StructuredKernel>
  private let features: [[Double]]
  /// Factors of the prior covariances of the features' weights and of the Hamming term at the
  /// observations, and of the noise's where it is shared; nil where there is none.
  private let weights: Cholesky?
  private let hamming: Cholesky?
  private let noise: Cholesky?

  init(_ process: GaussianProcess<StructuredKernel>) {
    self.process = process
    let kernel = process.kernel
    let points = process.observations.map(\.point)
    features = points.map(kernel.structure.features)
    weights = try? Cholesky(kernel.weightCovariance)
    var covariance = Matrix(rows: points.count, columns: points.count)
    let rates = kernel.bitRates
    let scale = kernel.hammingScale
    for column in points.indices {
      for row in column..<points.count {
        let distance = points[row].sum(rates, differingFrom: points[column])
        covariance[row, column] = scale * exp(-distance)
      }
    }
    hamming = try? Cholesky(covariance)
    noise = process.sharedNoise.isEmpty ? nil : try? Cholesky(process.noiseCovariance)
  }

  func draw(_ random: inout RandomSource) -> FunctionSample {
    let kernel = process.kernel
    let prior = Self.draw(weights, count: kernel.structure.featureCount, &random)
    let constant = kernel.constantScale.squareRoot() * random.normal()
    let rest = Self.draw(hamming, count: features.count, &random)
    let errors = errors(&random)
    let solution = process.factor.solve(
      process.observations.enumerated().map { index, observation in
        observation.value - constant - dot(prior, features[index]) - rest[index] - errors[index]
      })
    return FunctionSample(
      process,
      KernelFunctional(constant: constant, featureWeights: prior, weights: solution))
  }

  /// ε₀.
  private func errors(_ random: inout RandomSource) -> [Double] {
    guard process.sharedNoise.isEmpty else {
      return Self.draw(noise, count: features.count, &random)
    }
    let inferred = process.inferredNoiseVariance
    return process.observations.map { observation in
      (observation.noiseVariance + observation.noiseShare * inferred).squareRoot()
        * random.normal()
    }
  }

  /// Zero where there is no factor.
  private static func draw(
    _ factor: Cholesky?, count: Int, _ random: inout RandomSource
  ) -> [Double] {
    let normals = (0..<count).map { _ in random.normal() }
    guard let factor else { return normals.map { _ in 0 } }
    return (0..<count).map { row in
      (0...row).reduce(0) { $0 + factor[row, $1] * normals[$1] }
    }
  }
}
