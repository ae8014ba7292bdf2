import Foundation
import Testing

@testable import BayesianOptimization

@Suite("Acquisition search")
struct AcquisitionSearchTests {
  private func process(
    dimension: Int, count: Int, _ random: inout RandomSource
  ) throws -> GaussianProcess<BitVectorKernel> {
    let parameters = BitVectorKernel.priors.map { $0.mean + 0.7 * random.normal() }
    return try GaussianProcess(
      kernel: BitVectorKernel(dimension: dimension, parameters: parameters),
      logNoiseVariance: -4 + random.normal(),
      observations: sampleObservations(count, dimension: dimension, &random))
  }

  @Test("it finds the exhaustive argmax on 12 bits in at least 95 of 100 random cases")
  func exhaustive() throws {
    var found = 0
    var foundByOneAscent = 0
    var oneAscent = AcquisitionSearch()
    oneAscent.visitedStarts = 0
    oneAscent.candidateStarts = 1
    oneAscent.randomCandidates = 1
    oneAscent.mutations = 0
    oneAscent.polished = 0
    for seed in 0..<100 as Range<UInt64> {
      var random = RandomSource(seed: seed, stream: 12)
      let dimension = 8 + random.below(5)
      let process = try process(dimension: dimension, count: 10 + random.below(40), &random)
      let incumbent = process.meansAtObservations.max() ?? 0
      let taken = Set(process.observations.map(\.point))
      let scorer = AcquisitionScorer(
        process: process, incumbent: incumbent, free: Array(0..<dimension))
      let all = SearchSpace(dimension: dimension, frozen: []).untaken()
        .filter { !taken.contains($0) }
      let values = scorer.values(all)
      let best = try #require(
        AcquisitionSearch().maximize(
          process, incumbent: incumbent, free: Array(0..<dimension), excluding: taken,
          random: &random))
      #expect(!taken.contains(best.point))
      let largest = try #require(values.max())
      #expect(best.logExpectedImprovement <= largest + 1e-9 * abs(largest))
      let threshold = largest - 1e-9 * abs(largest)
      if best.logExpectedImprovement >= threshold { found += 1 }
      let single = oneAscent.maximize(
        process, incumbent: incumbent, free: Array(0..<dimension), excluding: taken,
        random: &random)
      if let single, single.logExpectedImprovement >= threshold { foundByOneAscent += 1 }
    }
    #expect(found >= 95)
    // The negative control: the cases are hard enough to tell a good search from a poor one.
    #expect(foundByOneAscent < 90)
  }

  @Test(
    "the fast values are those of the posterior, bound by bound and move by move",
    arguments: [5, 30, 64, 130])
  func boundsHold(dimension: Int) throws {
    var random = RandomSource(seed: 3, stream: UInt64(dimension))
    let process = try process(dimension: dimension, count: dimension == 5 ? 12 : 20, &random)
    let free = (0..<dimension).filter { $0 % 5 != 3 }
    let scorer = AcquisitionScorer(process: process, incumbent: 0.4, free: free)
    func exact(_ point: BitVector) -> Double {
      let (mean, variance) = process.posterior(at: point)
      return logExpectedImprovement(
        mean: mean, standardDeviation: variance.squareRoot(), incumbent: 0.4)
    }
    var tightest = Double.infinity
    for parent in [
      BitVector(count: dimension), BitVector(count: dimension, ones: free),
      process.observations[0].point, randomBits(dimension, &random),
    ] {
      let scored = scorer.score(parent)
      #expect(relativeError(scored.value, exact(parent), floor: 1) < 1e-7)
      let flips = scorer.flips(scored)
      #expect(Set(flips.map(\.first)) == Set(free))
      let swaps = scorer.swaps(scored, above: -.infinity)
      let ones = free.filter { parent[$0] }.count
      #expect(swaps.count == ones * (free.count - ones))
      for move in flips + swaps {
        let value = exact(move.apply(to: parent))
        #expect(relativeError(scorer.values([move.apply(to: parent)])[0], value, floor: 1) < 1e-7)
        #expect(move.bound >= value - 1e-7 * max(1, abs(value)))
        tightest = min(tightest, move.bound - value)
      }
      #expect(zip(flips, flips.dropFirst()).allSatisfy { $0.bound >= $1.bound })
    }
    // A bound of +∞ would pass everything above.
    #expect(tightest < 0.5)
  }

  @Test("excluded points are never returned, and nothing is where everything is excluded")
  func exclusion() throws {
    var random = RandomSource(seed: 21)
    let process = try process(dimension: 9, count: 6, &random)
    var excluded = Set(process.observations.map(\.point))
    let space = SearchSpace(dimension: 9, frozen: [])
    for _ in 0..<60 {
      let best = try #require(
        AcquisitionSearch().maximize(
          process, incumbent: 0, free: space.free, excluding: excluded, random: &random))
      #expect(excluded.insert(best.point).inserted)
    }
    let nothing = AcquisitionSearch().maximize(
      process, incumbent: 0, free: space.free, excluding: Set(space.untaken()), random: &random)
    #expect(nothing == nil)
  }
}
