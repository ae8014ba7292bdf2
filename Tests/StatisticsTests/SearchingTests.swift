import Foundation
import Statistics
import Testing

@Suite("Bisection and the golden sequence")
struct SearchingTests {
  @Test("bisection closes in on where a condition becomes true")
  func bisecting() {
    for target in [0.1, 1.7, 2 - 1e-9] {
      let (low, high) = bisection(0...4, steps: 30) { $0 * $0 > target }
      #expect(low <= target.squareRoot() && target.squareRoot() <= high)
      #expect(abs(high - low - 4 / pow(2, 30)) < 1e-15)
      let narrow = bisection(0...4, width: 1e-6) { $0 * $0 > target }
      #expect(narrow.low <= target.squareRoot() && target.squareRoot() <= narrow.high)
      #expect(narrow.high - narrow.low <= 1e-6 && narrow.high - narrow.low > 0.4e-6)
    }
  }

  @Test("the ends are never asked about, and a range of neighbours ends it")
  func ends() {
    var asked: [Double] = []
    let never = bisection(0...1, steps: 40) {
      asked.append($0)
      return false
    }
    #expect(never.high == 1 && never.low < 1 && never.low > 1 - 1e-11)
    #expect(!asked.contains(0) && !asked.contains(1))
    #expect(asked.count == 40)
    let next = 1.0.nextUp
    let tight = bisection(1...next, width: 0) { _ in true }
    #expect(tight == (1, next))
    #expect(bisection(3...5, steps: 0) { _ in true } == (3, 5))
  }

  @Test("any run of the golden sequence lies evenly in the interval")
  func golden() {
    let ratio = (5.0.squareRoot() - 1) / 2
    for index in [0, 1, 2, 7, 1000] {
      let multiple = Double(index) * ratio + 0.25
      #expect(abs(goldenSequence(index, shift: 0.25) - (multiple - floor(multiple))) < 1e-12)
    }
    for start in [0, 17, 500] {
      for count in [5, 13, 100] {
        let points = (start..<start + count).map { goldenSequence($0) }
        #expect(points.allSatisfy { $0 >= 0 && $0 < 1 })
        let sorted = points.sorted()
        let gaps = zip(sorted, sorted.dropFirst() + [1 + sorted[0]]).map { $1 - $0 }
        // Three different distances at most (Steinhaus), none far from the others.
        let different = gaps.sorted().reduce(into: [Double]()) { known, gap in
          if known.last.map({ gap - $0 > 1e-9 }) ?? true { known.append(gap) }
        }
        #expect(different.count <= 3)
        #expect((gaps.max() ?? 1) < 2.7 / Double(count))
      }
    }
  }
}
