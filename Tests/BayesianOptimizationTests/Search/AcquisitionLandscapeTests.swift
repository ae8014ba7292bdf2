import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Acquisition landscape")
struct AcquisitionLandscapeTests {
  @Test(
    "the fast values are those of the posterior, flip by flip and exchange by exchange",
    arguments: [5, 30, 64, 130], [false, true])
  func fastValues(dimension: Int, isComposite: Bool) throws {
    try expectExactValues(dimension, isComposite, .improvement)
    try expectExactValues(dimension, isComposite, .information)
  }

  @Test("the same where bits require others, and change together", arguments: [30, 130])
  func fastValuesOfChains(dimension: Int) throws {
    try expectExactValues(dimension, true, .improvement, chains(dimension))
    try expectExactValues(dimension, true, .information, chains(dimension))
  }

  private func expectExactValues(
    _ dimension: Int, _ isComposite: Bool, _ kind: LandscapeCase.Kind,
    _ prerequisites: [Int: Int] = [:]
  ) throws {
    var random = RandomSource(seed: 3, stream: UInt64(dimension))
    let frozen = Set((0..<dimension).filter { $0 % 5 == 3 })
    let instance = try LandscapeCase(
      dimension: dimension, count: dimension == 5 ? 12 : 20, isComposite: isComposite,
      frozen: frozen, prerequisites: prerequisites, kind, &random)
    let landscape = instance.landscape
    let domain = landscape.domain
    let free = domain.free
    for parent in [
      BitVector(count: dimension), BitVector(count: dimension, ones: free),
      instance.visited[0],
      prerequisites.isEmpty
        ? randomBits(dimension, &random) : domain.masked(randomBits(dimension, &random)),
    ] {
      let scored = landscape.score(parent)
      #expect(relativeError(scored.value, instance.exact(parent), floor: 1) < 1e-6)
      let flips = landscape.posterior.flips(of: scored.site)
      let moves = landscape.flips(flips, of: scored)
      #expect(moves.map(\.move.bits[0]).sorted() == free)
      if !prerequisites.isEmpty {
        #expect(moves.contains { $0.move.bits.count == 2 } || parent.ones == free)
      }
      #expect(zip(moves, moves.dropFirst()).allSatisfy { $0.estimate >= $1.estimate })
      let exchanges = landscape.exchanges(flips, of: scored, count: 40)
      let ones = free.filter { parent[$0] }.count
      let pairs = min(32, ones) * min(32, free.count - ones)
      if prerequisites.isEmpty {
        #expect(exchanges.count == min(40, pairs))
      } else {
        // The lower bit of a chain is not exchanged for the upper: at most one zero of each one's.
        #expect(exchanges.count >= min(40, pairs - min(32, ones)))
        #expect((moves + exchanges).allSatisfy { domain.contains($0.move.apply(to: parent)) })
      }
      for group in [moves.map(\.move), exchanges.map(\.move)] {
        for (move, value) in zip(group, landscape.values(of: group, from: scored)) {
          let exact = instance.exact(move.apply(to: parent))
          #expect(relativeError(value, exact, floor: 1) < 1e-6 || value == exact)
        }
      }
    }
  }

  @Test("the estimated means of flips are exact, of the posterior and of a sample from it")
  func estimatedMeans() throws {
    for kind in [LandscapeCase.Kind.mean, .sample] {
      var random = RandomSource(seed: 8)
      let instance = try LandscapeCase(
        dimension: 40, count: 25, isComposite: true, kind, &random)
      let landscape = instance.landscape
      for parent in [instance.visited[0], randomBits(40, &random)] {
        let scored = landscape.score(parent)
        let flips = landscape.posterior.flips(of: scored.site)
        for prospect in landscape.flips(flips, of: scored) {
          let flipped = landscape.score(prospect.move.apply(to: parent))
          #expect(relativeError(prospect.estimate, flipped.value) < 1e-9)
          if kind == .mean {
            let mean = instance.process.posterior(at: flipped.point).mean
            #expect(relativeError(flipped.site.posterior.mean, mean) < 1e-8)
          }
        }
      }
    }
  }
}
