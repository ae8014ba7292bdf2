/// The set of bits of least total harm among those that save a given share of what all save.
///
/// The 0/1 knapsack's dynamic programme over savings in whole units, exact for savings rounded up
/// to the unit (Dantzig 1957; used for skip sets by CLaSp, Chen et al., ACL 2025, and KnapSpec).
struct Knapsack {
  private static let units = 512
  let harms: [Double]
  let savings: [Double]
  /// The bits that may be one.
  let free: [Int]

  /// - Parameter share: of the total saving of the free bits.
  func leastHarm(saving share: Double) -> BitVector {
    let total = free.reduce(0) { $0 + savings[$1] }
    guard total > 0 else { return BitVector(count: harms.count) }
    let unit = total / Double(Self.units)
    let goal = Int((share * Double(Self.units)).rounded(.up))
    // least[w]: of the sets that save at least w units; chosen[item][w]: whether the item is in it.
    var least = [0.0] + [Double](repeating: .infinity, count: goal)
    var chosen: [[Bool]] = []
    for bit in free {
      let saved = Int((savings[bit] / unit).rounded())
      var takes = [Bool](repeating: false, count: goal + 1)
      for weight in stride(from: goal, through: 1, by: -1) {
        let with = least[max(0, weight - saved)] + harms[bit]
        if with < least[weight] {
          least[weight] = with
          takes[weight] = true
        }
      }
      chosen.append(takes)
    }
    var result = BitVector(count: harms.count)
    var weight = goal
    for (index, bit) in free.enumerated().reversed() where weight > 0 && chosen[index][weight] {
      result[bit] = true
      weight = max(0, weight - Int((savings[bit] / unit).rounded()))
    }
    return result
  }
}
