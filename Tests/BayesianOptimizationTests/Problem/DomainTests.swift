import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Feasible points")
struct DomainTests {
  /// Every vector of as many bits.
  private func everything(_ dimension: Int) -> [BitVector] {
    (0..<1 << dimension).map { number in
      BitVector(count: dimension, ones: (0..<dimension).filter { number >> $0 & 1 == 1 })
    }
  }

  private func isFeasible(
    _ point: BitVector, frozen: Set<Int>, _ prerequisites: [Int: Int]
  ) -> Bool {
    point.ones.allSatisfy { bit in
      !frozen.contains(bit) && (prerequisites[bit].map { point[$0] } ?? true)
    }
  }

  @Test("the numbered points are the feasible ones, each once", arguments: 0..<20 as Range<UInt64>)
  func numbers(seed: UInt64) {
    var random = RandomSource(seed: seed, stream: 90)
    let forest = randomForest(9, &random)
    let frozen: Set = [random.below(9)]
    let domain = Domain(dimension: 9, frozen: frozen, prerequisites: forest)
    let feasible = everything(9).filter { isFeasible($0, frozen: frozen, forest) }
    #expect(feasible.count < 512)
    #expect(everything(9).filter(domain.contains) == feasible)
    let numbered = (0..<domain.numberedCount).map(domain.point(number:))
    #expect(numbered.count == domain.count)
    #expect(numbered.count == feasible.count && Set(numbered) == Set(feasible))
    #expect(everything(9).map(domain.masked).allSatisfy(domain.contains))
    #expect(feasible.allSatisfy { domain.masked($0) == $0 })
    for _ in 0..<20 {
      #expect(
        domain.contains(domain.random(leaves: random.below(domain.leaves.count + 1), &random)))
    }
  }

  @Test("without prerequisites the digits are the bits, and large spaces are not counted")
  func independent() {
    let domain = Domain(dimension: 5, frozen: [2])
    #expect(domain.point(number: 0b1011) == BitVector(count: 5, ones: [0, 1, 4]))
    #expect(domain.count == 16)
    let large = Domain(dimension: 200)
    #expect(large.count == nil && large.numberedCount == 1 << 62)
    let ordered = Domain(dimension: 128, prerequisites: chains(128))
    #expect(ordered.count == nil && ordered.numberedCount > 1 << 60)
    #expect(ordered.contains(ordered.point(number: ordered.numberedCount - 1)))
  }

  @Test("flips and exchanges lead from feasible points to feasible ones, by as few bits as can be")
  func moves() {
    var random = RandomSource(seed: 91)
    for _ in 0..<10 {
      let forest = randomForest(8, &random)
      let domain = Domain(dimension: 8, prerequisites: forest)
      let feasible = everything(8).filter(domain.contains)
      for point in feasible {
        for bit in 0..<8 {
          let flipped = domain.flip(bit, of: point).apply(to: point)
          let nearest = feasible.filter { $0[bit] != point[bit] }
            .map { $0.hammingDistance(to: point) }.min()
          #expect(flipped.hammingDistance(to: point) == nearest)
          #expect(domain.contains(flipped) && flipped[bit] != point[bit])
          let (without, with) = domain.ends(of: bit, around: point)
          #expect(domain.contains(without) && domain.contains(with))
          #expect(without.flipping(bit) == with && with[bit])
        }
        for one in point.ones {
          for zero in 0..<8 where !point[zero] {
            guard let move = domain.exchange(one, zero, of: point) else {
              #expect(domain.ancestors[zero].contains(one))
              continue
            }
            let exchanged = move.apply(to: point)
            #expect(domain.contains(exchanged) && !exchanged[one] && exchanged[zero])
            #expect(Set(move.bits).count == move.bits.count)
          }
        }
      }
    }
  }

  @Test("of three levels each is one flip from each other, and two choices can trade any levels")
  func levels() {
    let domain = Domain(dimension: 4, prerequisites: chains(4))
    func point(_ levels: (Int, Int)) -> BitVector {
      BitVector([levels.0 > 0, levels.1 > 0, levels.0 > 1, levels.1 > 1])
    }
    for level in 0..<3 {
      let start = point((level, 1))
      let reached = [0, 2].map { domain.flip($0, of: start).apply(to: start) }
      #expect(Set(reached) == Set((0..<3).filter { $0 != level }.map { point(($0, 1)) }))
    }
    for (high, low) in [(1, 0), (2, 1), (2, 0)] {
      let start = point((high, low))
      let exchanges = start.ones.flatMap { one in
        (0..<4).filter { !start[$0] }.compactMap { domain.exchange(one, $0, of: start) }
      }
      #expect(exchanges.contains { $0.apply(to: start) == point((low, high)) })
    }
  }

  @Test("prefixes of the blocks are best at every price, among all feasible points")
  func blocks() {
    var random = RandomSource(seed: 92)
    for _ in 0..<40 {
      let domain = Domain(dimension: 8, prerequisites: randomForest(8, &random))
      let feasible = everything(8).filter(domain.contains)
      let harms = (0..<8).map { _ in random.normal() }
      let savings = (0..<8).map { _ in 0.1 + random.uniform() }
      let blocks = domain.blocks(harms: harms, savings: savings)
      #expect(blocks.flatMap(\.bits).sorted() == Array(0..<8))
      #expect(zip(blocks, blocks.dropFirst()).allSatisfy { $0.ratio <= $1.ratio })
      for price in [-1, 0, 0.3, 1, 3.0] {
        func value(_ point: BitVector) -> Double {
          point.ones.reduce(0) { $0 + price * savings[$1] - harms[$1] }
        }
        let prefix = BitVector(
          count: 8, ones: blocks.prefix { $0.ratio < price }.flatMap(\.bits))
        let best = feasible.map(value).max() ?? 0
        #expect(domain.contains(prefix) && abs(value(prefix) - best) < 1e-12)
        let largest = domain.largest((0..<8).map { price * savings[$0] - harms[$0] })
        #expect(domain.contains(largest) && abs(value(largest) - best) < 1e-12)
      }
    }
  }

  @Test("a bit that requires itself, or one that is not there, is refused")
  func refused() async {
    #expect(SearchProblem.isForest([1: 0, 2: 1, 3: 1], dimension: 4))
    #expect(!SearchProblem.isForest([1: 0, 2: 1, 0: 2], dimension: 4))
    #expect(!SearchProblem.isForest([1: 1], dimension: 4))
    #expect(!SearchProblem.isForest([1: 4], dimension: 4))
    #expect(!SearchProblem.isForest([-1: 2], dimension: 4))
    await #expect(processExitsWith: .failure) {
      var problem = SearchProblem(dimension: 3)
      problem.prerequisites = [0: 1, 1: 0]
      _ = GaussianProcessOptimizer(problem, seed: 1)
    }
  }
}
