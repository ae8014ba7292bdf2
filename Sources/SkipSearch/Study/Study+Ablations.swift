import DraftEvaluation
import Inference

/// What is to be measured beside the best draft.
struct AblationPlan {
  let name: Ablation.Name
  var draft: Draft
}

extension Study {
  /// What is left of the best finalist without some of its ingredients, each with a stop rule that
  /// suits it.
  func ablations(
    of finals: inout Finals, _ search: Search, _ bench: any Bench, until deadline: Deadline
  ) throws(StudyError) -> [AblationPlan] {
    func logSpeedup(_ finalist: Ranking.Finalist) -> Double {
      (finalist.replay ?? finalist.calibration).speedup?.logarithm ?? -.infinity
    }
    let best = finals.finalists.enumerated().max {
      logSpeedup($0.element) < logSpeedup($1.element)
    }
    // A search over skip sets alone has one ingredient.
    guard let best, settings.policy != .classical else { return [] }
    let whole = best.element.calibration.draft
    let lookup = search.trials.first(where: \.isLookupAlone)?.evaluation.draft.stop.lookup
    var plans: [AblationPlan] = []
    for name in Ablation.Name.allCases {
      guard
        var draft = name.draft(
          of: whole, lookup: lookup, withoutLookup: finals.withoutLookup[best.offset]),
        !plans.contains(where: { $0.draft.isLike(draft) })
      else { continue }
      if draft.model != whole.model, draft.stop.maximum > 0 {
        let stop = interruption.or { deadline.isPassed }
        let outcome = try measured(warningIn: &finals.warnings) { () throws(EvaluationError) in
          try bench.evaluate(draft.model, against: nil, until: stop)
        }
        // No time for it: the best draft's rule is near enough.
        if let outcome {
          let lookup = draft.stop.lookup
          draft.stop = outcome.evaluation.draft.stop
          draft.stop.lookup = lookup
        }
      }
      plans.append(AblationPlan(name: name, draft: draft))
    }
    return plans
  }
}

extension Draft {
  /// Whether another draft has the same ingredients, whatever its stop rule.
  fileprivate func isLike(_ other: Draft) -> Bool {
    model == other.model && (stop.maximum > 0) == (other.stop.maximum > 0)
      && (stop.lookup == nil) == (other.stop.lookup == nil)
  }
}
