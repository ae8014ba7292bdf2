import Foundation
import Statistics
import Testing

@Suite("Jackknife")
struct JackknifeTests {
  private func leavingOneOut(_ values: [Double], _ estimate: ([Double]) -> Double) -> [Double] {
    values.indices.map { index in
      estimate(values.enumerated().filter { $0.offset != index }.map(\.element))
    }
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  @Test("of a mean it is the textbook's s²/n, exactly")
  func mean() throws {
    var random = RandomSource(seed: 64)
    for count in 2..<20 {
      let values = (0..<count).map { _ in random.normal() }
      let center = mean(values)
      let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
      let expected = squares / Double(count - 1) / Double(count)
      let actual = try #require(jackknifeVariance(leavingOneOut(values, mean)))
      #expect(abs(actual - expected) < 1e-12)
    }
    #expect(jackknifeVariance([]) == nil && jackknifeVariance([1]) == nil)
    #expect(jackknifeVariance([2, 2, 2]) == 0)
  }

  @Test("of a ratio of sums it is what many repetitions show")
  func ratio() {
    var random = RandomSource(seed: 65)
    var ratios: [Double] = []
    var variances: [Double] = []
    for _ in 0..<2000 {
      let pairs = (0..<40).map { _ in
        let x = 2 + random.uniform()
        return (x: x, y: 1.5 * x + 0.5 * random.normal())
      }
      func ratio(_ chosen: [Int]) -> Double {
        chosen.reduce(0) { $0 + pairs[$1].y } / chosen.reduce(0) { $0 + pairs[$1].x }
      }
      let all = Array(pairs.indices)
      ratios.append(ratio(all))
      let without = all.map { index in ratio(all.filter { $0 != index }) }
      variances.append(jackknifeVariance(without) ?? .nan)
    }
    let center = mean(ratios)
    let spread = ratios.reduce(0) { $0 + ($1 - center) * ($1 - center) } / 1999
    // Five standard deviations of a sample variance of 2000.
    #expect(abs(mean(variances) / spread - 1) < 0.16)
  }
}
