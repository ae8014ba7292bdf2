/// The points that are evaluated before the model decides.
///
/// First the caller's; then, where there is a screen, the sets of least screened harm for given
/// savings (a knapsack for each of some budgets, as KnapSpec and CLaSp choose their drafts), so that
/// the search is never behind those methods; then random ones from light to heavy.
struct InitialDesign: Sendable {
  /// Without repetitions, frozen bits cleared.
  let points: [BitVector]
  /// With the random ones.
  let count: Int

  private static let smallest = 10
  private static let fewestRandom = 6
  /// Shares of the possible savings.
  private static let budgets = [0.3, 0.4, 0.5, 0.2, 0.6, 0.7]

  init(_ problem: SearchProblem, space: SearchSpace) {
    var points: [BitVector] = []
    for point in problem.initialDesign.map(space.masked) where !points.contains(point) {
      points.append(point)
    }
    let given = points.count
    if let importance = problem.importance {
      let savings = problem.composition?.costs ?? [Double](repeating: 1, count: problem.dimension)
      for budget in Self.budgets {
        let point = Knapsack(harms: importance, savings: savings, free: space.free)
          .leastHarm(saving: budget)
        if !points.contains(point) { points.append(point) }
      }
    }
    self.points = points
    // The knapsacks' points say more than random ones, some of which stay for contrast.
    let random = points.count > given ? 4 : Self.fewestRandom
    count = max(Self.smallest, points.count + random)
  }

  /// The share of ones of the random point after `started` others.
  func density(_ started: Int) -> Double {
    let index = max(0, started - points.count)
    let count = count - points.count
    return index < count ? Density.stratum(index, of: count) : Density.covering(started)
  }
}
