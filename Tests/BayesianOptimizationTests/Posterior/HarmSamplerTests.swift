import Foundation
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Samples in which no bit does good")
struct HarmSamplerTests {
  @Test("they have the moments of the unrestricted samples that happen to be of that kind")
  func moments() throws {
    var random = RandomSource(seed: 18)
    let dimension = 3
    var problem = structuredProblem(dimension, &random)
    problem.positions = nil
    let structure = KernelStructure(problem)
    var kernel = StructuredKernel(structure)
    // Almost no Hamming term: then unrestricted samples are exact.
    kernel.parameters[structure.components.count] = -20
    let points = [[], [0], [1, 2], [0, 1, 2]].map { BitVector(count: dimension, ones: $0) }
    let process = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -1,
      observations: zip(points, [0.3, 0.4, 0.1, -0.5]).map {
        Observation($0, value: $1, noiseVariance: 0.3)
      })
    func values(_ sample: FunctionSample) -> [Double] {
      let posterior = NeighborPosterior(sample)
      return points.map { posterior.posterior(at: $0).mean } + posterior.bitEffects
    }
    func moments(_ draws: [[Double]]) -> (means: [Double], deviations: [Double]) {
      let count = Double(draws.count)
      let columns = draws[0].indices.map { column in draws.map { $0[column] } }
      let means = columns.map { $0.reduce(0, +) / count }
      return (
        means,
        zip(columns, means).map { column, mean in
          (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        }
      )
    }
    let plain = FunctionSampler(process)
    let accepted = (0..<40_000).map { _ in values(plain.draw(&random)) }
      .filter { $0.suffix(dimension).allSatisfy { $0 <= 0 } }
    try #require((2000..<30_000).contains(accepted.count))
    var sampler = try #require(HarmSampler(process, random: &random))
    let drawn = (0..<8000).map { _ in values(sampler.draw(&random)) }
    #expect(drawn.allSatisfy { $0.suffix(dimension).allSatisfy { $0 <= 1e-9 } })
    let (expected, actual) = (moments(accepted), moments(drawn))
    for index in expected.means.indices {
      let deviation = expected.deviations[index]
      #expect(abs(actual.means[index] - expected.means[index]) < 0.06 * deviation)
      #expect(abs(actual.deviations[index] / deviation - 1) < 0.06)
    }
    // The control: unrestricted samples are others.
    let unrestricted = moments((0..<8000).map { _ in values(plain.draw(&random)) })
    #expect(
      zip(unrestricted.means, zip(expected.means, expected.deviations)).contains {
        abs($0 - $1.0) > 0.3 * $1.1
      })
  }

  @Test("normal numbers that are not positive have the truncated distribution's mean")
  func truncated() {
    var random = RandomSource(seed: 19)
    for mean in [-3, -0.5, 0, 0.4, 0.6, 2, 8.0] {
      let draws = (0..<20_000).map { _ in
        random.nonpositiveNormal(mean: 2 * mean, standardDeviation: 2)
      }
      #expect(draws.allSatisfy { $0 <= 0 })
      // μ − σ·φ(b)/Φ(−b) with b = μ/σ.
      let ratio = (2 / Double.pi).squareRoot() / NormalDistribution.erfcx(mean / 2.0.squareRoot())
      let expected = 2 * (mean - ratio)
      let average = draws.reduce(0, +) / Double(draws.count)
      #expect(abs(average - expected) < 0.05 * max(0.2, min(2, abs(expected))))
    }
  }
}
