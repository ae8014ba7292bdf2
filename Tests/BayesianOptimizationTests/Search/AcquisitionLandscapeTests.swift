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

  private func expectExactValues(
    _ dimension: Int, _ isComposite: Bool, _ kind: LandscapeCase.Kind
  ) throws {
    var random = RandomSource(seed: 3, stream: UInt64(dimension))
    let free = (0..<dimension).filter { $0 % 5 != 3 }
    let instance = try LandscapeCase(
      dimension: dimension, count: dimension == 5 ? 12 : 20, isComposite: isComposite, free: free,
      kind, &random)
    let landscape = instance.landscape
    for parent in [
      BitVector(count: dimension), BitVector(count: dimension, ones: free),
      instance.visited[0], randomBits(dimension, &random),
    ] {
      let scored = landscape.score(parent)
      #expect(relativeError(scored.value, instance.exact(parent), floor: 1) < 1e-6)
      let flips = landscape.posterior.flips(of: scored.site)
      let moves = landscape.flips(flips, of: scored)
      #expect(Set(moves.flatMap(\.move.bits)) == Set(free))
      #expect(zip(moves, moves.dropFirst()).allSatisfy { $0.estimate >= $1.estimate })
      let exchanges = landscape.exchanges(flips, of: scored, count: 40)
      let ones = free.filter { parent[$0] }.count
      #expect(exchanges.count == min(40, ones * (free.count - ones)))
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
