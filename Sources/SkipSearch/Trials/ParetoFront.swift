import DraftEvaluation

/// Trials that no other trial beats in both acceptance rate and draft cost.
enum ParetoFront {
  /// The front of the complete trials that drafted something, cheapest draft first; of trials that
  /// are equal in both, the first.
  static func of(_ trials: [Trial]) -> [Trial] {
    struct Point {
      let trial: Trial
      let cost: Double
      let acceptance: Double
    }
    let points = trials.compactMap { trial -> Point? in
      guard !trial.evaluation.stoppedEarly, let cost = trial.evaluation.draftCostRatio,
        let acceptance = trial.evaluation.acceptanceRate
      else { return nil }
      return Point(trial: trial, cost: cost, acceptance: acceptance)
    }
    let sorted = points.sorted {
      ($0.cost, -$0.acceptance, $0.trial.index) < ($1.cost, -$1.acceptance, $1.trial.index)
    }
    var front: [Trial] = []
    var highest = -1.0
    for point in sorted where point.acceptance > highest {
      highest = point.acceptance
      front.append(point.trial)
    }
    return front
  }
}
