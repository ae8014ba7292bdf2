import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Acquisition search")
struct AcquisitionSearchTests {
  @Test(
    "it finds the exhaustive argmax on up to 14 bits in at least 95 of 100 random cases, and on up to 18 that require each other",
    arguments: [false, true])
  func exhaustive(isOrdered: Bool) throws {
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
      let dimension = isOrdered ? 12 + 2 * (Int(seed) % 4) : 8 + Int(seed) % 7
      let instance = try LandscapeCase(
        dimension: dimension, count: 10 + random.below(40), isComposite: seed % 2 == 1,
        prerequisites: isOrdered ? chains(dimension) : [:], .improvement, &random)
      let all = SearchSpace(instance.landscape.domain).untaken()
        .filter { !instance.taken.contains($0) }
      let largest = try #require(all.map { instance.landscape.score($0).value }.max())
      let result = AcquisitionSearch().maximize(
        instance.landscape, visited: instance.visited, starts: instance.landscape.linearOptima(),
        excluding: instance.taken, random: &random)
      // Where even a latent of +∞ would improve nowhere there is nothing to find.
      if largest == -.infinity {
        #expect(result == nil)
        hopeless += 1
        continue
      }
      let best = try #require(result)
      #expect(!instance.taken.contains(best.point))
      #expect(instance.landscape.domain.contains(best.point))
      #expect(best.value <= largest + 1e-9 * abs(largest))
      let threshold = largest - 1e-9 * abs(largest)
      if best.value >= threshold { found += 1 }
      let single = oneAscent.maximize(
        instance.landscape, visited: instance.visited, excluding: instance.taken, random: &random)
      if let single, single.value >= threshold { foundByOneAscent += 1 }
    }
    #expect(found + hopeless >= 95 && hopeless <= 5)
    // The negative control: the cases are hard enough to tell a good search from a poor one.
    #expect(foundByOneAscent < 85)
  }

  @Test("excluded points are never returned, and nothing is where everything is excluded")
  func exclusion() throws {
    var random = RandomSource(seed: 21)
    let instance = try LandscapeCase(
      dimension: 9, count: 6, isComposite: false, .improvement, &random)
    var excluded = instance.taken
    let space = SearchSpace(Domain(dimension: 9))
    for _ in 0..<60 {
      let best = try #require(
        AcquisitionSearch().maximize(
          instance.landscape, visited: instance.visited, excluding: excluded, random: &random))
      #expect(excluded.insert(best.point).inserted)
    }
    let nothing = AcquisitionSearch().maximize(
      instance.landscape, visited: instance.visited, excluding: Set(space.untaken()),
      random: &random)
    #expect(nothing == nil)
  }
}
