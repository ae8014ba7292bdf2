/// The feasible point of least total harm among those that save a given share of what all save.
///
/// The 0/1 knapsack's dynamic programme over savings in whole units, exact for savings rounded up
/// to the unit (Dantzig 1957; used for skip sets by CLaSp, Chen et al., ACL 2025, and KnapSpec),
/// along the trees of prerequisites (Cho and Shaw, *A depth-first dynamic programming algorithm for
/// the tree knapsack problem*, INFORMS Journal on Computing 1997).
struct Knapsack {
  private static let units = 512
  let harms: [Double]
  let savings: [Double]
  let domain: Domain

  /// The free bits, each after all that require it, and how many those are: they are out where it
  /// is.
  private var items: [(bit: Int, above: Int)] {
    func items(from root: Int) -> [(bit: Int, above: Int)] {
      let above = domain.children[root].flatMap(items(from:))
      return above + [(root, above.count)]
    }
    return domain.roots.flatMap(items(from:))
  }

  /// - Parameter share: of the total saving of the free bits.
  func leastHarm(saving share: Double) -> BitVector {
    let total = domain.free.reduce(0) { $0 + savings[$1] }
    guard total > 0 else { return BitVector(count: harms.count) }
    let unit = total / Double(Self.units)
    let goal = Int((share * Double(Self.units)).rounded(.up))
    let items = items
    // least[n][w]: of the sets of the first n items that save at least w units; chosen[n][w]:
    // whether the n-th item is in it.
    var least = [[0.0] + [Double](repeating: .infinity, count: goal)]
    var chosen: [[Bool]] = []
    for (index, item) in items.enumerated() {
      let saved = Int((savings[item.bit] / unit).rounded())
      var best = least[index - item.above]
      var takes = [Bool](repeating: false, count: goal + 1)
      for weight in stride(from: goal, through: 1, by: -1) {
        let with = least[index][max(0, weight - saved)] + harms[item.bit]
        if with < best[weight] {
          best[weight] = with
          takes[weight] = true
        }
      }
      least.append(best)
      chosen.append(takes)
    }
    var result = BitVector(count: harms.count)
    var (weight, index) = (goal, items.count - 1)
    while weight > 0 && index >= 0 {
      let item = items[index]
      if chosen[index][weight] {
        result[item.bit] = true
        weight = max(0, weight - Int((savings[item.bit] / unit).rounded()))
        index -= 1
      } else {
        index -= 1 + item.above
      }
    }
    return result
  }
}
