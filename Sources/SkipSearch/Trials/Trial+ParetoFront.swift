import DraftEvaluation
import Statistics

extension [Trial] {
  /// The trials that no other beats in both acceptance rate and draft cost: of the complete ones
  /// that drafted something, cheapest draft first.
  package var paretoFront: [Trial] {
    let points = compactMap { trial -> (trial: Trial, cost: Double, acceptance: Double)? in
      guard !trial.evaluation.stoppedEarly, let cost = trial.evaluation.draftCostRatio,
        let acceptance = trial.evaluation.acceptanceRate
      else { return nil }
      return (trial, cost, acceptance)
    }
    return Statistics.paretoFront(points, cost: \.cost, value: \.acceptance).map(\.trial)
  }
}
