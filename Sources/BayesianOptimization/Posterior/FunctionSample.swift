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

  /// Draws.
  init(_ process: GaussianProcess<StructuredKernel>, random: inout RandomSource) {
    self.process = process
    let kernel = process.kernel
    let structure = kernel.structure
    let prior = Self.draw(kernel.weightCovariance, &random)
    let constant = kernel.constantScale.squareRoot() * random.normal()
    let points = process.observations.map(\.point)
    var hamming = Matrix(rows: points.count, columns: points.count)
    let rates = kernel.bitRates
    let scale = kernel.hammingScale
    for column in points.indices {
      for row in column..<points.count {
        let distance = points[row].sum(rates, differingFrom: points[column])
        hamming[row, column] = scale * exp(-distance)
      }
    }
    let rest = Self.draw(hamming, &random)
    let noise = Self.noise(process, &random)
    let weights = process.factor.solve(
      process.observations.enumerated().map { index, observation in
        observation.value - constant - dot(prior, structure.features(observation.point))
          - rest[index] - noise[index]
      })
    functional = KernelFunctional(constant: constant, featureWeights: prior, weights: weights)
  }

  /// ε₀.
  private static func noise(
    _ process: GaussianProcess<StructuredKernel>, _ random: inout RandomSource
  ) -> [Double] {
    guard process.sharedNoise.isEmpty else { return draw(process.noiseCovariance, &random) }
    let inferred = process.inferredNoiseVariance
    return process.observations.map { observation in
      (observation.noiseVariance + observation.noiseShare * inferred).squareRoot()
        * random.normal()
    }
  }

  private static func draw(_ covariance: Matrix, _ random: inout RandomSource) -> [Double] {
    let normals = (0..<covariance.rows).map { _ in random.normal() }
    guard let factor = try? Cholesky(covariance) else { return normals.map { _ in 0 } }
    return (0..<covariance.rows).map { row in
      (0...row).reduce(0) { $0 + factor[row, $1] * normals[$1] }
    }
  }
}
