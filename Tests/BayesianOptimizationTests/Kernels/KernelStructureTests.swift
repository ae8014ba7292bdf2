import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Proportional deviations and quadratic features")
struct KernelStructureTests {
  @Test("the variances follow the squares of the weights' means, and the prepared matrices too")
  func follows() throws {
    var random = RandomSource(seed: 31)
    let dimension = 24
    let points = (0..<40).map { _ in randomBits(dimension, &random) }
    // Three bits matter, and no other does.
    let observations = points.map { point in
      Observation(
        point, value: -[3, 8, 20].reduce(0) { $0 + (point[$1] ? 1 : 0) }, noiseVariance: 1e-3)
    }
    var kernel = StructuredKernel(KernelStructure(structuredProblem(dimension, &random)))
    var prepared = kernel.pairwise(points)
    let noise = -6.0
    func process(_ prepared: StructuredKernel.Pairwise) throws -> GaussianProcess<StructuredKernel>
    {
      try GaussianProcess(
        kernel, Hyperparameters(kernel: kernel.parameters, noise: noise),
        TrainingSet(kernel, observations, pairwise: prepared))
    }
    let before = try process(prepared)
    kernel.updateProportions(weights: before.weights, in: &prepared)
    let index = try #require(kernel.structure.proportional)
    guard case .proportional(let variances) = kernel.structure.components[index].shape else {
      Issue.record("another shape")
      return
    }
    let others = (0..<dimension).filter { ![3, 8, 20].contains($0) }.map { variances[$0] }
    let least = try #require([3, 8, 20].map { variances[$0] }.min())
    #expect(others.allSatisfy { $0 > 0 && 4 * $0 < least })
    // Half ones have a variance of one, apart from where the ones are.
    #expect(abs(variances.reduce(0, +) - 2) < 1e-12)

    let fresh = kernel.pairwise(points)
    for (a, b) in zip(prepared.grams, fresh.grams) {
      #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    // Appending with such a kernel equals conditioning anew.
    var grown = try GaussianProcess(
      kernel: kernel, logNoiseVariance: noise, observations: Array(observations.dropLast(10)))
    for observation in observations.suffix(10) { try grown.append(observation) }
    let whole = try process(prepared)
    for _ in 0..<10 {
      let point = randomBits(dimension, &random)
      let (a, b) = (grown.posterior(at: point), whole.posterior(at: point))
      #expect(abs(a.mean - b.mean) < 1e-8 && abs(a.variance - b.variance) < 1e-8)
    }
  }

  @Test("nothing is known without observations, and then the variances stay")
  func nothingKnown() throws {
    var random = RandomSource(seed: 32)
    var kernel = StructuredKernel(KernelStructure(structuredProblem(12, &random)))
    let point = randomBits(12, &random)
    let before = kernel.value(point, point)
    var prepared = kernel.pairwise([point])
    kernel.updateProportions(weights: [], in: &prepared)
    kernel.updateProportions(weights: [0], in: &prepared)
    #expect(kernel.value(point, point) == before)
  }

  @Test("a quadratic feature is the sum of the couplings of all pairs of ones")
  func quadratics() {
    var random = RandomSource(seed: 33)
    let structure = KernelStructure(structuredProblem(20, &random))
    #expect(structure.featureCount == 22)
    let point = randomBits(20, &random)
    let features = structure.features(point)
    for (index, coupling) in structure.quadratics.enumerated() {
      let ones = Array(point.ones)
      var sum = 0.0
      for (index, i) in ones.enumerated() {
        for j in ones[(index + 1)...] { sum += coupling[i, j] }
      }
      #expect(relativeError(features[20 + index], sum) < 1e-12)
      // Closer ones cost more: the feature tells a run from the same ones spread out.
      let run = structure.features(BitVector(count: 20, ones: [2, 3, 4]))[20 + index]
      let spread = structure.features(BitVector(count: 20, ones: [2, 5, 8]))[20 + index]
      #expect(run > 1.2 * spread)
    }
    // Without positions, or without costs, there is none.
    #expect(KernelStructure(SearchProblem(dimension: 20)).quadratics.isEmpty)
  }
}
