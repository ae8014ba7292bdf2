import Foundation
import LinearAlgebra
import Statistics
import Testing

@testable import BayesianOptimization

/// Observations measured on parts of the same population.
@Suite("Shared noise")
struct SharedNoiseTests {
  /// Observations on three successive chunks of nine, but for every fifth.
  private func observations(_ count: Int, _ random: inout RandomSource)
    -> [Observation<BitVector>]
  {
    sampleObservations(count, dimension: 20, &random).enumerated().map { index, plain in
      let first = Int(9 * random.uniform())
      return Observation(
        plain.point, value: plain.value, noiseVariance: 0.02 + 0.05 * random.uniform(),
        chunks: index % 5 == 4 ? nil : SharedChunks((0..<3).map { (first + $0) % 9 }))
    }
  }

  @Test("means over chunks correlate by the chunks that they have in common")
  func overlap() {
    let chunks = SharedChunks([5, 3, 4, 3])
    #expect(chunks.numbers == [3, 4, 5])
    #expect(abs(chunks.correlation(with: chunks) - 1) < 1e-15)
    #expect(chunks.correlation(with: SharedChunks([6, 7])) == 0)
    #expect(abs(chunks.correlation(with: SharedChunks([5, 6, 7])) - 1.0 / 3) < 1e-15)
    let large = SharedChunks(0..<12)
    #expect(abs(chunks.correlation(with: large) - 0.5) < 1e-15)
    #expect(abs(large.correlation(with: chunks) - 0.5) < 1e-15)
  }

  @Test("the posterior is that of the covariances written out one by one")
  func posterior() throws {
    var random = RandomSource(seed: 31)
    let observations = observations(18, &random)
    let kernel = plainKernel(20)
    let process = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -4, logSharedLengthscale: log(3),
      observations: observations)
    var covariance = kernel.gram(kernel.pairwise(observations.map(\.point)))
    for (i, a) in observations.enumerated() {
      for (j, b) in observations.enumerated() {
        if i == j {
          covariance[i, i] += a.noiseVariance + exp(-4)
        } else if let one = a.chunks, let other = b.chunks {
          let common = Double(Set(one.numbers).intersection(other.numbers).count) / 3
          let distance = Double(zip(a.point.description, b.point.description).count { $0 != $1 })
          covariance[i, j] +=
            (a.noiseVariance * b.noiseVariance).squareRoot() * common
            / (1 + distance / 3).squareRoot()
        }
      }
    }
    let factor = try Cholesky(covariance)
    let weights = factor.solve(observations.map(\.value))
    for _ in 0..<10 {
      let point = randomBits(20, &random)
      let row = observations.map { kernel.value($0.point, point) }
      let solved = factor.solve(row)
      let posterior = process.posterior(at: point)
      #expect(abs(posterior.mean - zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-10)
      let explained = zip(row, solved).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(posterior.variance - (kernel.value(point, point) - explained)) < 1e-10)
    }
    for (index, observation) in observations.enumerated() {
      let mean = process.posterior(at: observation.point).mean
      #expect(abs(process.meansAtObservations[index] - mean) < 1e-10)
    }
    // The negative control: told as independent, the same values say something else.
    let independent = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -4,
      observations: observations.map {
        Observation($0.point, value: $0.value, noiseVariance: $0.noiseVariance)
      })
    #expect(abs(independent.logMarginalLikelihood - process.logMarginalLikelihood) > 1e-3)
  }

  @Test("gradients by all hyper-parameters agree with central differences")
  func gradient() throws {
    var random = RandomSource(seed: 32)
    let observations = observations(25, &random)
    let kernel = plainKernel(20)
    let fit = HyperparameterFit(
      priors: Hyperparameters(
        kernel: kernel.priors, noise: SurrogateModel.noisePrior,
        sharedLengthscale: SharedNoise.prior))
    let training = TrainingSet(kernel, observations)
    let point = fit.priors.map { $0.mean + 0.3 * $0.standardDeviation }
    func value(_ parameters: [Double]) -> Double {
      fit.logPosterior(kernel, point.with(parameters), training)?.value ?? .nan
    }
    let analytic = try #require(fit.logPosterior(kernel, point, training))
    #expect(analytic.gradient.elements.count == fit.priors.elements.count)
    for (a, n) in zip(
      analytic.gradient.elements, centralDifferences(at: point.elements, value))
    {
      #expect(relativeError(a, n, floor: 1e-2) < 1e-6)
    }
  }

  @Test("appending equals factorising anew")
  func append() throws {
    var random = RandomSource(seed: 33)
    let observations = observations(40, &random)
    let kernel = plainKernel(20)
    var grown = try GaussianProcess(kernel: kernel, logNoiseVariance: -4, observations: [])
    for observation in observations { try grown.append(observation) }
    let fresh = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -4, observations: observations)
    #expect(relativeError(grown.logMarginalLikelihood, fresh.logMarginalLikelihood) < 1e-9)
    let point = randomBits(20, &random)
    #expect(abs(grown.posterior(at: point).mean - fresh.posterior(at: point).mean) < 1e-9)
  }

  @Test("the same chunks tell nothing new of a point; others do, and then it has no known chunks")
  func merging() {
    let point = BitVector(count: 4)
    let chunks = SharedChunks([1, 2])
    var same = Observation(point, value: 1, noiseVariance: 0.2, chunks: chunks)
    same.merge(value: 1, noiseVariance: 0.2, chunks: chunks)
    #expect(abs(same.noiseVariance - 0.2) < 1e-15 && same.chunks == chunks)
    var other = Observation(point, value: 1, noiseVariance: 0.2, chunks: chunks)
    other.merge(value: 2, noiseVariance: 0.2, chunks: SharedChunks([3, 4]))
    #expect(abs(other.noiseVariance - 0.1) < 1e-15 && other.chunks == nil)
    #expect(abs(other.value - 1.5) < 1e-15)
  }
}
