import Foundation
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("What an observation tells of a contrast")
struct ContrastTests {
  /// A process, a contrast between a told point and another, and what an observation tells of it.
  private struct Case {
    let process: GaussianProcess<StructuredKernel>
    let (a, b): (BitVector, BitVector)
    let noise: NoiseForecast
    let posterior: NeighborPosterior
    let landscape: AcquisitionLandscape<ContrastInformation>

    init(_ random: inout RandomSource) throws {
      process = try GaussianProcess(
        kernel: StructuredKernel(KernelStructure(structuredProblem(20, &random))),
        logNoiseVariance: -3, observations: sampleObservations(25, dimension: 20, &random))
      (a, b) = (process.observations[3].point, randomBits(20, &random))
      noise = NoiseForecast(process)
      let contrast = try #require(Contrast(process, between: a, and: b))
      posterior = NeighborPosterior(contrast)
      landscape = AcquisitionLandscape(
        ContrastInformation(noise: noise), over: posterior, composition: nil,
        domain: Domain(dimension: 20))
    }
  }

  @Test("the covariance is the joint posterior's, at told points, at the ends and anywhere else")
  func covariance() throws {
    var random = RandomSource(seed: 31)
    let instance = try Case(&random)
    let (process, a, b) = (instance.process, instance.a, instance.b)
    let others = (0..<8).map { _ in randomBits(20, &random) }
    for point in [a, b, process.observations[0].point] + others {
      let joint = process.jointPosterior(at: [point, a, b])
      let covariance = joint.covariance
      let posterior = instance.posterior.posterior(at: point)
      #expect(
        abs(posterior.contrastCovariance - covariance[0, 1] + covariance[0, 2]) < 1e-7)
      #expect(abs(posterior.mean - joint.means[0]) < 1e-7)
      #expect(relativeError(posterior.variance, covariance[0, 0]) < 1e-6)
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
      let known = instance.noise.variance(mean: mean) - process.inferredNoiseVariance
      var told = process
      try told.append(Observation(point, value: 7, noiseVariance: known))
      let lost = variance(process) - variance(told)
      #expect(relativeError(exp(instance.landscape.value(at: point)), lost) < 1e-5)
    }
  }
}
