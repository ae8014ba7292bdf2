import Foundation
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("What an observation tells of a contrast")
struct ContrastTests {
  /// A process, a contrast between a told point and another, and its scorer.
  private struct Case {
    let process: GaussianProcess<StructuredKernel>
    let (a, b): (BitVector, BitVector)
    let noise: NoiseForecast
    let scorer: AcquisitionScorer

    init(_ random: inout RandomSource) throws {
      process = try GaussianProcess(
        kernel: StructuredKernel(KernelStructure(structuredProblem(20, &random))),
        logNoiseVariance: -3, observations: sampleObservations(25, dimension: 20, &random))
      (a, b) = (process.observations[3].point, randomBits(20, &random))
      noise = NoiseForecast(process)
      let contrast = try #require(Contrast(process, between: a, and: b))
      scorer = AcquisitionScorer(
        process: contrast.process, acquisition: .information(noise), composition: nil,
        free: Array(0..<20), covariance: contrast.covariance)
    }
  }

  @Test("the covariance is the joint posterior's, at told points, at the ends and anywhere else")
  func covariance() throws {
    var random = RandomSource(seed: 31)
    let instance = try Case(&random)
    let (process, a, b) = (instance.process, instance.a, instance.b)
    let others = (0..<8).map { _ in randomBits(20, &random) }
    for point in [a, b, process.observations[0].point] + others {
      let (means, covariance) = process.jointPosterior(at: [point, a, b])
      let prediction = instance.scorer.score(point).prediction
      #expect(abs(prediction.covariance - covariance[0, 1] + covariance[0, 2]) < 1e-7)
      #expect(abs(prediction.mean - means[0]) < 1e-7)
      #expect(relativeError(prediction.variance, covariance[0, 0]) < 1e-6)
    }
  }

  @Test("the value is what the contrast's variance loses where the point is observed")
  func information() throws {
    var random = RandomSource(seed: 32)
    let instance = try Case(&random)
    let (process, a, b) = (instance.process, instance.a, instance.b)
    func variance(_ process: GaussianProcess<StructuredKernel>) -> Double {
      let covariance = process.jointPosterior(at: [a, b]).covariance
      return covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    }
    for _ in 0..<10 {
      let point = randomBits(20, &random)
      let mean = process.posterior(at: point).mean
      // The process adds its inferred noise to the known part.
      let known = instance.noise.variance(mean: mean) - exp(process.logNoiseVariance)
      var told = process
      try told.append(Observation(point, value: 7, noiseVariance: known))
      let lost = variance(process) - variance(told)
      #expect(relativeError(exp(instance.scorer.value(point)), lost) < 1e-5)
    }
  }

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
    // A law of the value, and no extrapolation beyond what was seen.
    let law = try forecast { 1e-3 * exp($0) }
    for mean in [-0.4, 0, 0.4] {
      #expect(relativeError(law.variance(mean: mean), 1e-3 * exp(mean)) < 0.2)
    }
    #expect(law.variance(mean: 40) < 0.1 && law.variance(mean: -40) > 1e-5)
    let nothing = try GaussianProcess(
      kernel: StructuredKernel(structure), logNoiseVariance: 0, observations: [])
    #expect(NoiseForecast(nothing).variance(mean: 0) == 1)
  }
}
