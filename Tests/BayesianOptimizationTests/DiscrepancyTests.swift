import Foundation
import Testing

@testable import BayesianOptimization

/// What the model leaves out at bad points.
@Suite("Discrepancy")
struct DiscrepancyTests {
  /// Observations with shortfalls from 0 to 2, every third with a sample.
  private func observations(
    _ count: Int, withSamples: Bool = false, _ random: inout RandomSource
  ) -> [Observation<BitVector>] {
    sampleObservations(count, dimension: 20, &random).enumerated().map { index, plain in
      let sample = withSamples && index % 3 == 0 ? SharedSample([index % 4, 4]) : nil
      return Observation(
        plain.point, value: plain.value, noiseVariance: 0.01 + 0.03 * random.uniform(),
        sample: sample
      ).standardized(offset: 0, scale: 1, shortfall: max(0, 2 * random.uniform() - 0.4))
    }
  }

  @Test("the shortfall is what the latent lacks for the best objective, to first order")
  func shortfall() throws {
    var random = RandomSource(seed: 41)
    let composition = try #require(structuredProblem(20, &random).composition)
    let discrepancy = Discrepancy(composition: composition, best: 1.4, largest: 5)
    for cost in [0.15, 0.25, 0.35] {
      // The latent that has the best objective at this cost, by bisection.
      var (low, high) = (-8.0, 8.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if composition.objective.value(latent: middle, cost: cost) < 1.4 {
          low = middle
        } else {
          high = middle
        }
      }
      #expect(discrepancy.shortfall(latent: high + 0.01, cost: cost) == 0)
      let near = discrepancy.shortfall(latent: high - 0.05, cost: cost)
      #expect(relativeError(near, 0.05) < 0.2)
      let steps = stride(from: 0.1, through: 6, by: 0.1)
        .map { discrepancy.shortfall(latent: high - $0, cost: cost) }
      #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 } && steps.last == 5)
    }
    // What costs as much as the full model cannot be the best, whatever its latent.
    #expect(discrepancy.shortfall(latent: 4, cost: 1) == 5)
    let plain = Discrepancy(composition: nil, best: 2, largest: 5)
    #expect(plain.shortfall(latent: 0.5, cost: 0) == 1.5)
    #expect(plain.shortfall(latent: 3, cost: 0) == 0 && plain.shortfall(latent: -9, cost: 0) == 5)
  }

  @Test("shortfalls count as noise of κ²·s², which the best estimates of values keep")
  func posterior() throws {
    var random = RandomSource(seed: 42)
    let observations = observations(18, &random)
    let kernel = plainKernel(20)
    let process = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -4, logDiscrepancy: log(0.3), observations: observations)
    let told = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -4,
      observations: observations.map {
        Observation(
          $0.point, value: $0.value,
          noiseVariance: $0.noiseVariance + 0.3 * $0.shortfall * $0.shortfall)
      })
    for _ in 0..<10 {
      let point = randomBits(20, &random)
      let (a, b) = (process.posterior(at: point), told.posterior(at: point))
      #expect(abs(a.mean - b.mean) < 1e-10 && abs(a.variance - b.variance) < 1e-10)
    }
    // The value at an observed point has the covariance K + κ²·diag(s²) with the observations.
    let points = observations.map(\.point)
    var covariance = kernel.gram(kernel.pairwise(points))
    for (index, observation) in observations.enumerated() {
      covariance[index, index] += 0.3 * observation.shortfall * observation.shortfall
    }
    var noisy = covariance
    for (index, observation) in observations.enumerated() {
      noisy[index, index] += observation.noiseVariance + exp(-4)
    }
    let weights = try Cholesky(noisy).solve(observations.map(\.value))
    for index in observations.indices {
      let expected = observations.indices.reduce(0) { $0 + covariance[index, $1] * weights[$1] }
      #expect(abs(process.valuesAtObservations[index] - expected) < 1e-10)
    }
    let without = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -4, observations: observations)
    #expect(without.valuesAtObservations == without.meansAtObservations)
    #expect(abs(without.logMarginalLikelihood - process.logMarginalLikelihood) > 1e-3)
  }

  @Test(
    "gradients by all hyper-parameters agree with central differences", arguments: [false, true])
  func gradient(withSamples: Bool) throws {
    var random = RandomSource(seed: 43)
    let observations = observations(25, withSamples: withSamples, &random)
    let kernel = plainKernel(20)
    let fit = HyperparameterFit(
      priors: kernel.priors + [SurrogateModel.noisePrior]
        + (withSamples ? [SharedNoise.prior] : []) + [Discrepancy.prior],
      hasDiscrepancy: true)
    let point = fit.priors.map { $0.mean + 0.3 * $0.standardDeviation }
    let analytic = try #require(
      fit.logPosterior(kernel, parameters: point, observations: observations))
    #expect(analytic.gradient.count == fit.priors.count)
    let numeric = centralDifferences(at: point) { parameters in
      fit.logPosterior(kernel, parameters: parameters, observations: observations)?.value ?? .nan
    }
    for (a, n) in zip(analytic.gradient, numeric) {
      #expect(relativeError(a, n, floor: 1e-2) < 1e-6)
    }
  }

  @Test("appending equals factorising anew")
  func append() throws {
    var random = RandomSource(seed: 44)
    let observations = observations(40, withSamples: true, &random)
    let kernel = plainKernel(20)
    var grown = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -4, logDiscrepancy: -2, observations: [])
    for observation in observations { try grown.append(observation) }
    let fresh = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -4, logDiscrepancy: -2, observations: observations)
    #expect(relativeError(grown.logMarginalLikelihood, fresh.logMarginalLikelihood) < 1e-9)
  }

  /// κ as the optimiser infers it from 80 points of a linear function, off by `share`·shortfall.
  private func inferred(share: Double, seed: UInt64) -> Double {
    var random = RandomSource(seed: seed)
    let effects = (0..<20).map { _ in random.normal() }
    var optimizer = GaussianProcessOptimizer(dimension: 20, seed: seed)
    let points = (0..<80).map { _ in randomBits(20, density: random.uniform(), &random) }
    let values = points.map { point in point.ones.reduce(0) { $0 + effects[$1] } }
    let best = values.max() ?? 0
    for (point, value) in zip(points, values) {
      optimizer.tell(
        point, value: value + share * (best - value) * random.normal() + 0.02 * random.normal(),
        noiseVariance: 4e-4)
    }
    return exp(0.5 * optimizer.model.process.logDiscrepancy)
  }

  @Test("κ is small where effects add up, and what it is where they do not")
  func inference() {
    for seed in 1...4 as ClosedRange<UInt64> {
      #expect(inferred(share: 0, seed: seed) < 0.06)
      #expect((0.2...0.6).contains(inferred(share: 0.4, seed: seed)))
    }
  }
}
