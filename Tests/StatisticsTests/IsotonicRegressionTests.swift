import Statistics
import TestSupport
import Testing

@testable import Statistics

@Suite("Isotonic regression")
struct IsotonicRegressionTests {
  /// Pairs with arguments that often coincide and values of few levels, so that ties are common.
  private func pairs(_ count: Int, _ random: inout SplitMix64) -> [(x: Double, y: Double)] {
    (0..<count).map { _ in
      (
        Double(Int.random(in: 0..<10, using: &random)),
        Double(Int.random(in: 0..<4, using: &random))
      )
    }
  }

  /// The function that some steps describe.
  private func value(_ steps: [IsotonicRegression.Step], at x: Double) -> Double? {
    steps.last { $0.start <= x }?.value
  }

  private func mean(_ pairs: [(x: Double, y: Double)], _ range: ClosedRange<Double>) -> Double {
    let inside = pairs.filter { range.contains($0.x) }.map(\.y)
    return inside.reduce(0, +) / Double(inside.count)
  }

  @Test(
    "the fit is the maximum of minima of means over intervals (Barlow et al. 1972, theorem 1.4)")
  func minimaxFormula() throws {
    var random = SplitMix64(seed: 51)
    for round in 0..<300 {
      let pairs = pairs(1 + round % 25, &random)
      let fit = IsotonicRegression(pairs)
      let arguments = Set(pairs.map(\.x)).sorted()
      for x in arguments {
        var expected = -Double.infinity
        for low in arguments where low <= x {
          var least = Double.infinity
          for high in arguments where high >= x { least = min(least, mean(pairs, low...high)) }
          expected = max(expected, least)
        }
        let found = try #require(value(fit.steps, at: x))
        #expect(abs(found - expected) < 1e-12)
      }
    }
  }

  @Test("no other non-decreasing function of few points has a smaller squared error")
  func exhaustive() throws {
    var random = SplitMix64(seed: 52)
    for round in 0..<100 {
      let count = 1 + round % 8
      let pairs = (0..<count).map { (x: Double($0), y: Double.random(in: 0...1, using: &random)) }
      func error(_ level: (Int) -> Double) -> Double {
        pairs.enumerated().reduce(0) {
          $0 + ($1.element.y - level($1.offset)) * ($1.element.y - level($1.offset))
        }
      }
      // Every partition into runs, a bit for each border, at the means of its runs.
      var least = Double.infinity
      for borders in 0..<1 << (count - 1) {
        var levels: [Double] = []
        var start = 0
        for end in 1...count where end == count || borders >> (end - 1) & 1 == 1 {
          let mean = pairs[start..<end].reduce(0) { $0 + $1.y } / Double(end - start)
          levels += Array(repeating: mean, count: end - start)
          start = end
        }
        if zip(levels, levels.dropFirst()).allSatisfy({ $0 <= $1 }) {
          least = min(least, error { levels[$0] })
        }
      }
      let steps = IsotonicRegression(pairs.shuffled(using: &random)).steps
      #expect(abs(error { value(steps, at: Double($0)) ?? .nan } - least) < 1e-12)
    }
  }

  @Test("steps rise strictly, and their weights are the observations")
  func steps() {
    var random = SplitMix64(seed: 53)
    for round in 0..<100 {
      let pairs = pairs(1 + round, &random)
      let steps = IsotonicRegression(pairs).steps
      for (low, high) in zip(steps, steps.dropFirst()) {
        #expect(low.start < high.start && low.value < high.value)
      }
      #expect(steps.reduce(0) { $0 + $1.weight } == Double(pairs.count))
    }
    #expect(IsotonicRegression([]).steps.isEmpty)
  }

  @Test("a value is reached at the least argument whose step is high enough, or never")
  func threshold() {
    // Pooled by hand: 0.25 on 1…3, 0.5 on 4, 1 from 6.
    let fit = IsotonicRegression([(4, 0.5), (1, 0.5), (3, 0), (6, 1), (2, 0.25)])
    #expect(fit.threshold(reaching: -1) == 1)
    #expect(fit.threshold(reaching: 0.25) == 1)
    #expect(fit.threshold(reaching: 0.26) == 4)
    #expect(fit.threshold(reaching: 0.5) == 4)
    #expect(fit.threshold(reaching: 0.75) == 6)
    #expect(fit.threshold(reaching: 1) == 6)
    #expect(fit.threshold(reaching: 1.01) == nil)
    #expect(IsotonicRegression([]).threshold(reaching: 0) == nil)
  }
}
