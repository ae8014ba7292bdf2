import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Samples from the posterior")
struct FunctionSampleTests {
  @Test(
    "samples have the posterior's mean and the variance of the linear terms",
    arguments: [false, true])
  func sampleMoments(isNoiseShared: Bool) throws {
    var random = RandomSource(seed: 17)
    let problem = structuredProblem(12, &random)
    let structure = KernelStructure(problem)
    var kernel = StructuredKernel(structure)
    // Almost no Hamming term: then the samples are exact.
    kernel.parameters[structure.components.count] = -20
    let process = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -3,
      observations: sampleObservations(15, dimension: 12, &random).map { plain in
        guard isNoiseShared else { return plain }
        // Much of it, and all on the same chunks: then independent draws would be far off.
        return Observation(
          plain.point, value: plain.value, noiseVariance: 0.5, chunks: SharedChunks([0]))
      })
    let points = (0..<6).map { _ in randomBits(12, &random) }
    let draws = 2000
    var sums = [Double](repeating: 0, count: points.count)
    var squares = sums
    for _ in 0..<draws {
      let sample = NeighborPosterior(FunctionSample(process, random: &random))
      for (index, point) in points.enumerated() {
        let value = sample.posterior(at: point).mean
        sums[index] += value
        squares[index] += value * value
      }
    }
    for (index, point) in points.enumerated() {
      let posterior = process.posterior(at: point)
      let (mean, variance) = (posterior.mean, posterior.variance)
      let average = sums[index] / Double(draws)
      #expect(abs(average - mean) < 4.5 * (variance / Double(draws)).squareRoot())
      // The variance of a sample variance is 2σ⁴/n.
      let sampled = squares[index] / Double(draws) - average * average
      #expect(abs(sampled / variance - 1) < 4.5 * (2 / Double(draws)).squareRoot())
    }
  }
}
