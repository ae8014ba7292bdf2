/// The points that are evaluated before the model decides.
///
/// First the caller's; then, where there is a screen, the sets of least screened harm for given
/// savings (a knapsack for each of some budgets, as KnapSpec and CLaSp choose their drafts); then
/// random ones from light to heavy.
///
/// A method with a model tries the screen's sets only where there are few others to start from:
/// after those it knows what the screen's harms are worth, and which budget to spend
/// (`Experiments/optimiser/NOTES.md`).
struct InitialDesign: Sendable {
  /// Without repetitions, and feasible.
  private let points: [BitVector]
  /// How many of them are the caller's.
  private let givenCount: Int
  /// No set of the screen is proposed after so many trials.
  private let screenLimit: Int
  /// With the random ones.
  let count: Int

  private static let smallest = 10
  private static let fewestRandom = 6
  private static let fewestRandomWithScreen = 4
  /// Shares of the possible savings.
  private static let budgets = [0.3, 0.4, 0.5, 0.2, 0.6, 0.7]

  /// - Parameter hasModel: whether a model chooses what follows.
  init(_ problem: SearchProblem, space: SearchSpace, hasModel: Bool) {
    var points: [BitVector] = []
    for point in problem.initialDesign.map(space.masked) where !points.contains(point) {
      points.append(point)
    }
    givenCount = points.count
    screenLimit = hasModel ? Self.smallest - Self.fewestRandomWithScreen : .max
    if let importance = problem.importance {
      let savings = problem.composition?.savings ?? [Double](repeating: 1, count: problem.dimension)
      let room = max(0, screenLimit - givenCount)
      for budget in Self.budgets.prefix(room) {
        let point = Knapsack(harms: importance, savings: savings, domain: space.domain)
          .leastHarm(saving: budget)
        if !points.contains(point) { points.append(point) }
      }
    }
    self.points = points
    // The screen's sets say more than random ones, some of which stay for contrast.
    let random = problem.importance == nil ? Self.fewestRandom : Self.fewestRandomWithScreen
    count = max(Self.smallest, points.count + random)
  }

  /// The next of the points that are not random, given what has been tried.
  func next(after tried: Set<BitVector>) -> Proposal? {
    let allowed = tried.count < screenLimit ? points.count : givenCount
    return points.prefix(allowed).first { !tried.contains($0) }
      .map { Proposal(point: $0, origin: .design) }
  }

  /// The share of ones (of leaves, where bits require others) of the random point after `started` others.
  func density(_ started: Int) -> Double {
    let index = max(0, started - points.count)
    let count = count - points.count
    return index < count ? Density.stratum(index, of: count) : Density.covering(started)
  }
}
