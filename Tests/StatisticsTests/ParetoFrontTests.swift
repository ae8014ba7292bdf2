import Statistics
import Testing

@Suite("Pareto front")
struct ParetoFrontTests {
  private struct Item: Equatable {
    let number: Int
    let cost: Double
    let value: Double
  }

  @Test("it holds exactly what no other beats, the cheapest first, of equals the first")
  func againstDefinition() {
    var random = RandomSource(seed: 61)
    for count in 0..<40 {
      // Few different numbers, so that many are equal.
      let items = (0..<count).map {
        Item(number: $0, cost: Double(random.below(6)), value: Double(random.below(6)) - 3)
      }
      let expected = items.filter { item in
        !items.contains { other in
          other.cost <= item.cost && other.value >= item.value
            && (other.cost < item.cost || other.value > item.value || other.number < item.number)
        }
      }.sorted { $0.cost < $1.cost }
      #expect(paretoFront(items, cost: \.cost, value: \.value) == expected)
    }
  }
}
