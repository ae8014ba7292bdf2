import Foundation
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Forecast of noise")
struct NoiseForecastTests {
  @Test("noise is forecast as that of observations with such values")
  func forecast() throws {
    var random = RandomSource(seed: 33)
    let structure = KernelStructure(structuredProblem(20, &random))
    func forecast(_ variance: (Double) -> Double, merged: Bool = false) throws -> NoiseForecast {
      let observations = sampleObservations(60, dimension: 20, &random).map { observation in
        let noise = variance(observation.value)
        var result = Observation(observation.point, value: observation.value, noiseVariance: noise)
        if merged { result.merge(value: observation.value, noiseVariance: noise) }
        return result
      }
      return NoiseForecast(
        try GaussianProcess(
          kernel: StructuredKernel(structure), logNoiseVariance: log(1e-6),
          observations: observations))
    }
    // Constant noise, also of a single observation where two were merged.
    for merged in [false, true] {
      let constant = try forecast({ _ in 0.01 }, merged: merged)
      for mean in [-5.0, -0.2, 0, 0.7, 5] {
        #expect(relativeError(constant.variance(mean: mean), 0.010001) < 1e-9)
      }
    }
    // A function of the value, and no extrapolation beyond what was seen.
    let rising = try forecast { 1e-3 * exp($0) }
    for mean in [-0.4, 0, 0.4] {
      #expect(relativeError(rising.variance(mean: mean), 1e-3 * exp(mean)) < 0.2)
    }
    #expect(rising.variance(mean: 40) < 0.1 && rising.variance(mean: -40) > 1e-5)
    let nothing = try GaussianProcess(
      kernel: StructuredKernel(structure), logNoiseVariance: 0, observations: [])
    #expect(NoiseForecast(nothing).variance(mean: 0) == 1)
  }
}
