import Foundation
import LinearAlgebra
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Gaussian process")
struct GaussianProcessTests {
  @Test(
    "gradients of both forms of the real kernel agree with central differences",
    arguments: StationaryKernel.Form.allCases)
  func stationaryGradient(form: StationaryKernel.Form) throws {
    var random = RandomSource(seed: 1)
    let inputs = (0..<12).map { _ in (0..<3).map { _ in random.normal() } }
    let observations = inputs.map {
      Observation($0, value: random.normal(), noiseVariance: random.uniform())
    }
    let kernel = StationaryKernel(form, outputScale: 0.7, lengthscales: [0.6, 1.1, 2.3])
    try checkGradient(kernel, logNoise: -2, observations)
  }

  @Test("gradients of the bit kernel agree with central differences", arguments: [1, 7, 80, 160])
  func bitGradient(dimension: Int) throws {
    var random = RandomSource(seed: 2)
    let count = dimension == 1 ? 2 : 25
    let observations = sampleObservations(count, dimension: dimension, &random)
    let parameters = [-0.5, 0.2, 0.3, 1.2]
    try checkGradient(
      plainKernel(dimension, parameters: parameters), logNoise: -3, observations)
  }

  @Test(
    "gradients of the kernel with all its terms agree with central differences",
    arguments: [7, 64, 160])
  func structuredGradient(dimension: Int) throws {
    var random = RandomSource(seed: 12)
    let observations = sampleObservations(25, dimension: dimension, &random)
    let structure = KernelStructure(structuredProblem(dimension, &random))
    let parameters = StructuredKernel(structure).priors.map { $0.mean + 0.5 * random.normal() }
    // Constant, main, two groups, proportional, smooth, ends, two of contiguity, three of the
    // screen; Hamming and two rates.
    #expect(parameters.count == 15)
    try checkGradient(
      StructuredKernel(structure, parameters: parameters), logNoise: -3, observations)
  }

  private func checkGradient<K: Kernel>(
    _ kernel: K, logNoise: Double, _ observations: [Observation<K.Input>]
  ) throws {
    func likelihood(_ parameters: [Double]) -> Double {
      var kernel = kernel
      kernel.parameters = Array(parameters.dropLast())
      let process = try? GaussianProcess(
        kernel: kernel, logNoiseVariance: parameters[parameters.count - 1],
        observations: observations)
      return process?.logMarginalLikelihood ?? .nan
    }
    let process = try GaussianProcess(
      kernel: kernel, logNoiseVariance: logNoise, observations: observations)
    let numeric = centralDifferences(at: kernel.parameters + [logNoise], likelihood)
    let analytic = process.logMarginalLikelihoodGradient(
      kernel.pairwise(observations.map(\.point))
    ).elements
    #expect(analytic.count == numeric.count)
    for (a, n) in zip(analytic, numeric) { #expect(relativeError(a, n, floor: 1e-2) < 1e-6) }
  }

  @Test("appending equals factorising anew to 1e-9")
  func appendEqualsRefactor() throws {
    var random = RandomSource(seed: 6)
    let observations = sampleObservations(70, dimension: 40, &random)
    let kernel = plainKernel(40)
    var grown = try GaussianProcess(kernel: kernel, logNoiseVariance: -5, observations: [])
    for observation in observations { try grown.append(observation) }
    let fresh = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -5, observations: observations)
    #expect(relativeError(grown.logMarginalLikelihood, fresh.logMarginalLikelihood) < 1e-9)
    for row in observations.indices {
      for column in 0...row {
        #expect(abs(grown.factor[row, column] - fresh.factor[row, column]) < 1e-9)
      }
    }
    for _ in 0..<20 {
      let point = randomBits(40, &random)
      let (a, b) = (grown.posterior(at: point), fresh.posterior(at: point))
      #expect(relativeError(a.mean, b.mean, floor: 1e-3) < 1e-9)
      #expect(relativeError(a.variance, b.variance) < 1e-9)
    }
    let inverse = fresh.factor.inverse()
    let grownInverse = grown.factor.inverse()
    #expect(zip(inverse.elements, grownInverse.elements).allSatisfy { abs($0 - $1) < 1e-8 })
  }

  @Test("a row that repeats others is not appended but factorised anew")
  func nearlySingularAppend() throws {
    var random = RandomSource(seed: 7)
    let kernel = plainKernel(16)
    let observations = sampleObservations(9, dimension: 16, &random)
    let points = observations.map(\.point)
    var factor = try Cholesky(kernel.gram(kernel.pairwise(points)))
    let row = kernel.cross(points, [points[4]]).elements
    let before = factor.logDeterminant
    let appended = factor.append(row: row, diagonal: kernel.value(points[4], points[4]))
    #expect(!appended)
    #expect(factor.order == 9 && factor.logDeterminant == before)

    var process = try GaussianProcess(
      kernel: kernel, logNoiseVariance: -60,
      observations: points.map { Observation($0, value: $0[0] ? 1 : 0) })
    for point in points { try process.append(Observation(point, value: point[0] ? 1 : 0)) }
    #expect(process.observations.count == 18)
    for point in points {
      #expect(abs(process.posterior(at: point).mean - (point[0] ? 1 : 0)) < 1e-3)
    }
  }

  @Test("a covariance matrix that is not finite gives a typed error")
  func typedErrors() {
    let kernel = plainKernel(4, parameters: [800, 0, 0, 0])
    #expect(throws: GaussianProcessError.notFinite) {
      try GaussianProcess(
        kernel: kernel, logNoiseVariance: 0,
        observations: [Observation(BitVector(count: 4), value: 0)])
    }
  }

  @Test("an observation counts by its own noise: exact ones bind, very noisy ones do not matter")
  func heteroscedasticNoise() throws {
    var random = RandomSource(seed: 12)
    let observations = sampleObservations(10, dimension: 14, &random)
    let kernel = plainKernel(14)
    let point = randomBits(14, &random)
    func posterior(noiseVariance: Double?) throws -> PointPosterior {
      let extra = noiseVariance.map { [Observation(point, value: 3, noiseVariance: $0)] } ?? []
      return try GaussianProcess(
        kernel: kernel, logNoiseVariance: -25, observations: observations + extra
      ).posterior(at: point)
    }
    let without = try posterior(noiseVariance: nil)
    let noisy = try posterior(noiseVariance: 1e12)
    #expect(abs(noisy.mean - without.mean) < 1e-9)
    #expect(relativeError(noisy.variance, without.variance) < 1e-9)
    // One observation of variance v updates a normal belief by the textbook formula.
    let some = try posterior(noiseVariance: 0.3)
    let gain = without.variance / (without.variance + 0.3 + exp(-25))
    #expect(relativeError(some.mean, without.mean + gain * (3 - without.mean)) < 1e-9)
    #expect(relativeError(some.variance, without.variance * (1 - gain)) < 1e-9)
    let exact = try posterior(noiseVariance: 0)
    #expect(abs(exact.mean - 3) < 1e-6 && exact.variance < 1e-9)
  }

  @Test("merged duplicates give the posterior of separate rows")
  func mergeEqualsSeparateRows() throws {
    var random = RandomSource(seed: 9)
    var separate = sampleObservations(12, dimension: 10, &random)
    let repeated = separate[3].point
    let variance = separate[3].noiseVariance
    var merged = separate
    for value in [0.4, -0.2, 1.1] {
      separate.append(Observation(repeated, value: value, noiseVariance: variance))
      merged[3].merge(value: value, noiseVariance: variance)
    }
    let kernel = plainKernel(10)
    let a = try GaussianProcess(kernel: kernel, logNoiseVariance: -3, observations: separate)
    let b = try GaussianProcess(kernel: kernel, logNoiseVariance: -3, observations: merged)
    for _ in 0..<20 {
      let point = randomBits(10, &random)
      let (x, y) = (a.posterior(at: point), b.posterior(at: point))
      #expect(relativeError(x.mean, y.mean, floor: 1e-3) < 1e-9)
      #expect(relativeError(x.variance, y.variance) < 1e-9)
    }
  }

  @Test("the diagonal of the joint posterior is the marginal one, and both agree at observations")
  func jointAgreesWithMarginal() throws {
    var random = RandomSource(seed: 10)
    let observations = sampleObservations(15, dimension: 12, &random)
    let process = try GaussianProcess(
      kernel: plainKernel(12), logNoiseVariance: -4, observations: observations)
    let points = observations.map(\.point)
    let joint = process.jointPosterior(at: points)
    let (mean, covariance) = (joint.means, joint.covariance)
    for (index, point) in points.enumerated() {
      let single = process.posterior(at: point)
      #expect(abs(mean[index] - single.mean) < 1e-12)
      #expect(abs(covariance[index, index] - single.variance) < 1e-12)
      #expect(abs(process.meansAtObservations[index] - single.mean) < 1e-10)
      for other in points.indices { #expect(covariance[index, other] == covariance[other, index]) }
    }
  }

  @Test("the bit kernel knows neither the order of the bits nor their polarity")
  func invariance() throws {
    var random = RandomSource(seed: 11)
    let observations = sampleObservations(20, dimension: 70, &random)
    let order = random.sample(70, of: Array(0..<70))
    let mask = randomBits(70, &random)
    func transform(_ point: BitVector) -> BitVector { BitVector(order.map { point[$0] }) ^ mask }
    func process(transforming count: Int) throws -> GaussianProcess<StructuredKernel> {
      try GaussianProcess(
        kernel: plainKernel(70), logNoiseVariance: -3,
        observations: observations.enumerated().map { index, observation in
          Observation(
            index < count ? transform(observation.point) : observation.point,
            value: observation.value, noiseVariance: observation.noiseVariance)
        })
    }
    let plain = try process(transforming: 0)
    let transformed = try process(transforming: 20)
    let point = randomBits(70, &random)
    let expected = plain.posterior(at: point)
    let actual = transformed.posterior(at: transform(point))
    #expect(relativeError(transformed.logMarginalLikelihood, plain.logMarginalLikelihood) < 1e-12)
    #expect(relativeError(actual.mean, expected.mean) < 1e-10)
    #expect(relativeError(actual.variance, expected.variance) < 1e-10)
    // The negative control: distances to points left behind do change.
    let mixed = try process(transforming: 10)
    #expect(relativeError(mixed.logMarginalLikelihood, plain.logMarginalLikelihood) > 1e-3)
  }
}
