import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Known costs")
struct CompositionTests {
  @Test("a product of two choices' costs is a sum over bits and pairs, and moves change it exactly")
  func products() {
    var random = RandomSource(seed: 95)
    // Precision 0.5 or 0.25; three vocabularies; two more bits.
    let (four, eight) = (0.25, 0.5)
    let sizes = [1, 0.5, 0.125]
    let composition = Composition(
      baseCost: four * sizes[2],
      costs: [(eight - four) * sizes[2], four * 0.5, four * 0.375, 0.3, 0.1],
      pairCosts: [
        .init(0, 1, cost: (eight - four) * 0.5), .init(0, 2, cost: (eight - four) * 0.375),
      ], objective: SpeculativeSpeedup(verificationCosts: [1], link: .logit))
    let domain = Domain(dimension: 5, prerequisites: [2: 1])
    for number in 0..<domain.numberedCount {
      let point = domain.point(number: number)
      let precision = point[0] ? four : eight
      let size = sizes[(point[1] ? 1 : 0) + (point[2] ? 1 : 0)]
      let rest = (point[3] ? 0 : 0.3) + (point[4] ? 0 : 0.1)
      #expect(abs(composition.cost(of: point) - precision * size - rest) < 1e-12)
      for bit in 0..<5 {
        let flip = domain.flip(bit, of: point)
        let exchange = domain.exchange(bit, random.below(5), of: point)
        for move in [flip, exchange].compactMap(\.self) where Set(move.bits).count > 0 {
          guard Set(move.bits).count == move.bits.count else { continue }
          let after = composition.cost(
            after: move, from: point, cost: composition.cost(of: point))
          #expect(abs(after - composition.cost(of: move.apply(to: point))) < 1e-12)
        }
      }
    }
    #expect(
      abs(
        composition.range - composition.cost(of: BitVector(count: 5)) + composition.baseCost)
        < 1e-12)
  }
}
