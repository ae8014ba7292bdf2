import Foundation
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Acquisition search")
struct AcquisitionSearchTests {
  /// A random case: a process on random data, and the acquisition function it leads to.
  private struct Case {
    enum Kind { case improvement, objective, sample, information }

    let problem: SearchProblem
    let process: GaussianProcess<StructuredKernel>
    let scorer: AcquisitionScorer
    let taken: Set<BitVector>
    let visited: [BitVector]
    /// The points of the contrast.
    let ends: (BitVector, BitVector)

    init(
      dimension: Int, count: Int, isComposite: Bool, free: [Int]? = nil,
      _ kind: Kind, _ random: inout RandomSource
    ) throws {
      let problem =
        isComposite ? structuredProblem(dimension, &random) : SearchProblem(dimension: dimension)
      let structure = KernelStructure(problem)
      let parameters = StructuredKernel(structure).priors.map { $0.mean + 0.7 * random.normal() }
      let observations = sampleObservations(count, dimension: dimension, &random)
      let process = try GaussianProcess(
        kernel: StructuredKernel(structure, parameters: parameters),
        logNoiseVariance: -4 + random.normal(), observations: observations)
      (self.problem, self.process) = (problem, process)
      let objectives = zip(observations, process.meansAtObservations).map {
        problem.composition?.value(latent: 1.5 + $1, at: $0.point) ?? $1
      }
      let order = observations.indices.stableSorted { objectives[$0] > objectives[$1] }
      visited = order.map { observations[$0].point }
      taken = Set(visited)
      let free = free ?? Array(0..<dimension)
      let location = isComposite ? 1.5 : 0
      let plain = PlainObjective(composition: problem.composition, location: location)
      ends = (visited[0], randomBits(dimension, &random))
      switch kind {
      case .improvement:
        let improvement = Improvement(
          incumbent: objectives.max() ?? 0, composition: problem.composition, location: location)
        scorer = AcquisitionScorer(
          process: process, acquisition: .improvement(improvement),
          composition: problem.composition, free: free)
      case .objective, .sample:
        scorer = AcquisitionScorer(
          process: process, acquisition: .objective(plain), composition: problem.composition,
          free: free,
          mean: kind == .sample ? FunctionSample(process, random: &random).functional : nil)
      case .information:
        let contrast = try #require(Contrast(process, between: ends.0, and: ends.1))
        scorer = AcquisitionScorer(
          process: contrast.process, acquisition: .information(NoiseForecast(process)),
          composition: problem.composition, free: free, covariance: contrast.covariance)
      }
    }

    /// By the joint posterior and the definition alone.
    func exact(_ point: BitVector) -> Double {
      let (means, covariance) = process.jointPosterior(at: [point, ends.0, ends.1])
      return scorer.acquisition.value(
        Acquisition.Prediction(
          mean: means[0], variance: covariance[0, 0],
          covariance: covariance[0, 1] - covariance[0, 2],
          cost: problem.composition?.cost(of: point) ?? 0))
    }
  }

  @Test("it finds the exhaustive argmax on up to 14 bits in at least 95 of 100 random cases")
  func exhaustive() throws {
    var found = 0
    var hopeless = 0
    var foundByOneAscent = 0
    var oneAscent = AcquisitionSearch()
    oneAscent.visitedStarts = 0
    oneAscent.candidateStarts = 1
    oneAscent.randomCandidates = 1
    oneAscent.mutations = 0
    oneAscent.polished = 0
    for seed in 0..<100 as Range<UInt64> {
      var random = RandomSource(seed: seed, stream: 12)
      let dimension = 8 + Int(seed) % 7
      let instance = try Case(
        dimension: dimension, count: 10 + random.below(40), isComposite: seed % 2 == 1,
        .improvement, &random)
      let all = SearchSpace(dimension: dimension, frozen: []).untaken()
        .filter { !instance.taken.contains($0) }
      let largest = try #require(all.map { instance.scorer.score($0).value }.max())
      let result = AcquisitionSearch().maximize(
        instance.scorer, visited: instance.visited, starts: instance.scorer.linearOptima(),
        excluding: instance.taken, random: &random)
      // Where even a latent of +∞ would improve nowhere there is nothing to find.
      if largest == -.infinity {
        #expect(result == nil)
        hopeless += 1
        continue
      }
      let best = try #require(result)
      #expect(!instance.taken.contains(best.point))
      #expect(best.value <= largest + 1e-9 * abs(largest))
      let threshold = largest - 1e-9 * abs(largest)
      if best.value >= threshold { found += 1 }
      let single = oneAscent.maximize(
        instance.scorer, visited: instance.visited, excluding: instance.taken, random: &random)
      if let single, single.value >= threshold { foundByOneAscent += 1 }
    }
    #expect(found + hopeless >= 95 && hopeless <= 5)
    // The negative control: the cases are hard enough to tell a good search from a poor one.
    #expect(foundByOneAscent < 85)
  }

  @Test(
    "the fast values are those of the posterior, flip by flip and exchange by exchange",
    arguments: [5, 30, 64, 130], [false, true])
  func fastValues(dimension: Int, isComposite: Bool) throws {
    try expectExactValues(dimension, isComposite, .improvement)
    try expectExactValues(dimension, isComposite, .information)
  }

  private func expectExactValues(_ dimension: Int, _ isComposite: Bool, _ kind: Case.Kind) throws {
    var random = RandomSource(seed: 3, stream: UInt64(dimension))
    let free = (0..<dimension).filter { $0 % 5 != 3 }
    let instance = try Case(
      dimension: dimension, count: dimension == 5 ? 12 : 20, isComposite: isComposite, free: free,
      kind, &random)
    for parent in [
      BitVector(count: dimension), BitVector(count: dimension, ones: free),
      instance.visited[0], randomBits(dimension, &random),
    ] {
      let scored = instance.scorer.score(parent)
      #expect(relativeError(scored.value, instance.exact(parent), floor: 1) < 1e-6)
      let flips = instance.scorer.flips(scored)
      let moves = instance.scorer.moves(flips)
      #expect(Set(moves.map(\.first)) == Set(free))
      #expect(zip(moves, moves.dropFirst()).allSatisfy { $0.estimate >= $1.estimate })
      let exchanges = instance.scorer.exchanges(flips, count: 40)
      let ones = free.filter { parent[$0] }.count
      #expect(exchanges.count == min(40, ones * (free.count - ones)))
      for group in [moves, exchanges] {
        for (move, value) in zip(group, instance.scorer.values(group[...], of: scored)) {
          let exact = instance.exact(move.apply(to: parent))
          #expect(relativeError(value, exact, floor: 1) < 1e-6 || value == exact)
        }
      }
    }
  }

  @Test("the estimated means of flips are exact, of the posterior and of a sample from it")
  func estimatedMeans() throws {
    for kind in [Case.Kind.objective, .sample] {
      var random = RandomSource(seed: 8)
      let instance = try Case(dimension: 40, count: 25, isComposite: true, kind, &random)
      for parent in [instance.visited[0], randomBits(40, &random)] {
        let scored = instance.scorer.score(parent)
        for move in instance.scorer.moves(instance.scorer.flips(scored)) {
          let flipped = instance.scorer.score(move.apply(to: parent))
          #expect(relativeError(move.estimate, flipped.value) < 1e-9)
          if kind == .objective {
            let mean = instance.process.posterior(at: flipped.point).mean
            #expect(relativeError(flipped.prediction.mean, mean) < 1e-8)
          }
        }
      }
    }
  }

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
        // Much of it, and all on the same places: then independent draws would be far off.
        return Observation(
          plain.point, value: plain.value, noiseVariance: 0.5, sample: SharedSample([0]))
      })
    let points = (0..<6).map { _ in randomBits(12, &random) }
    let draws = 2000
    var sums = [Double](repeating: 0, count: points.count)
    var squares = sums
    for _ in 0..<draws {
      let scorer = AcquisitionScorer(
        process: process, acquisition: .objective(PlainObjective(composition: nil)),
        composition: nil, free: Array(0..<12),
        mean: FunctionSample(process, random: &random).functional)
      for (index, point) in points.enumerated() {
        let value = scorer.score(point).prediction.mean
        sums[index] += value
        squares[index] += value * value
      }
    }
    for (index, point) in points.enumerated() {
      let (mean, variance) = process.posterior(at: point)
      let average = sums[index] / Double(draws)
      #expect(abs(average - mean) < 4.5 * (variance / Double(draws)).squareRoot())
      // The variance of a sample variance is 2σ⁴/n.
      let sampled = squares[index] / Double(draws) - average * average
      #expect(abs(sampled / variance - 1) < 4.5 * (2 / Double(draws)).squareRoot())
    }
  }

  @Test("excluded points are never returned, and nothing is where everything is excluded")
  func exclusion() throws {
    var random = RandomSource(seed: 21)
    let instance = try Case(dimension: 9, count: 6, isComposite: false, .improvement, &random)
    var excluded = instance.taken
    let space = SearchSpace(dimension: 9, frozen: [])
    for _ in 0..<60 {
      let best = try #require(
        AcquisitionSearch().maximize(
          instance.scorer, visited: instance.visited, excluding: excluded, random: &random))
      #expect(excluded.insert(best.point).inserted)
    }
    let nothing = AcquisitionSearch().maximize(
      instance.scorer, visited: instance.visited, excluding: Set(space.untaken()),
      random: &random)
    #expect(nothing == nil)
  }
}
