@testable import BayesianOptimization
import Statistics
import Testing

@Suite("Knapsack")
struct KnapsackTests {
  @Test(
    "the knapsack is the exhaustive one's, also where bits require others",
    arguments: 0..<20 as Range<UInt64>, [false, true])
  func knapsack(seed: UInt64, isOrdered: Bool) {
    var random = RandomSource(seed: seed, stream: 60)
    let domain = Domain(
      dimension: 10, prerequisites: isOrdered ? randomForest(10, &random) : [:])
    let harms = (0..<10).map { _ in random.uniform() }
    // Whole numbers of the dynamic programme's unit, so that rounding cannot decide.
    let units = (0..<9).map { _ in Double(20 + random.below(30)) }
    let savings = units + [512 - units.reduce(0, +)]
    for share in [0.2, 0.5, 0.8] {
      let chosen = Knapsack(harms: harms, savings: savings, domain: domain)
        .leastHarm(saving: share)
      func total(_ values: [Double], _ point: BitVector) -> Double {
        point.ones.reduce(0) { $0 + values[$1] }
      }
      let goal = (share * 512).rounded(.up)
      let best = SearchSpace(domain).untaken()
        .filter { total(savings, $0) >= goal }.map { total(harms, $0) }.min()
      #expect(total(savings, chosen) >= goal && domain.contains(chosen))
      #expect(abs(total(harms, chosen) - (best ?? -1)) < 1e-12)
    }
  }
}
