import Statistics
import Testing

@Suite("Orders and choices")
struct OrderStatisticsTests {
  @Test("the median has as many values below it as above it")
  func medians() {
    var random = RandomSource(seed: 62)
    #expect(median([]) == 0 && median([3]) == 3 && median([5, 1]) == 3)
    for count in 1..<30 {
      let values = (0..<count).map { _ in Double(random.below(12)) }
      let middle = median(values)
      let (below, above) = (values.count { $0 < middle }, values.count { $0 > middle })
      #expect(2 * below <= count && 2 * above <= count)
      // The least sum of absolute deviations (any other middle value's is the same).
      func deviation(_ center: Double) -> Double { values.reduce(0) { $0 + abs($1 - center) } }
      #expect(values.allSatisfy { deviation(middle) <= deviation($0) + 1e-12 })
    }
  }

  @Test("quantiles are interpolated between neighbours, as R's are by default")
  func quantiles() {
    // R 4.3: quantile(c(1, 2, 4, 8, 16), c(0, 0.025, 0.1, 0.5, 0.975, 1))
    let values = [1.0, 2, 4, 8, 16]
    for (share, expected) in [(0, 1), (0.025, 1.1), (0.1, 1.4), (0.5, 4), (0.975, 15.2), (1, 16)] {
      #expect(abs(quantile(share, ofSorted: values) - expected) < 1e-12)
    }
    #expect(quantile(0.3, ofSorted: [7]) == 7 && quantile(0.3, ofSorted: []) == 0)
    #expect(quantile(-1, ofSorted: values) == 1 && quantile(2, ofSorted: values) == 16)
  }

  @Test("a stable sort keeps equals in their order")
  func stable() {
    var random = RandomSource(seed: 63)
    for count in 0..<60 {
      let values = (0..<count).map { (key: random.below(5), index: $0) }
      let sorted = values.stableSorted { $0.key > $1.key }
      // A sort by counting: all of each key in turn.
      let expected = (0..<5).reversed().flatMap { key in values.filter { $0.key == key } }
      #expect(sorted.map(\.index) == expected.map(\.index))
    }
  }

  @Test("an even choice begins with the first, keeps the order and leaves equal gaps")
  func evenChoices() {
    for count in 0..<30 {
      let elements = Array(0..<count)
      for wanted in 0..<35 {
        let chosen = elements.evenChoice(of: wanted)
        #expect(chosen.count == min(count, wanted))
        #expect(chosen.first == (chosen.isEmpty ? nil : 0))
        let gaps = zip(chosen + [count], chosen.dropFirst() + [count]).map { $1 - $0 }
          .prefix(chosen.count)
        if let least = gaps.min(), let most = gaps.max() { #expect(most - least <= 1) }
      }
    }
    #expect([1, 2, 3, 4].evenChoice(of: 4) == [1, 2, 3, 4])
  }
}
