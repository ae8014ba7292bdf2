import Inference

/// The stop rules of decoded trials.
///
/// How far a draft should go depends on its acceptance rate and on what verifying a row costs on
/// this machine: no rule is best for all draft models. Trials compare draft models with one rule
/// that is near the best for most; the few that come out best then try the others on the prompts of
/// the search, unless the user has chosen the rule.
public struct StopRuleGrid: Hashable, Sendable {
  /// What trials draft with: the user's rule, or until the draft's probability of its token falls
  /// below one half, at most five tokens.
  public let trialRule: StopRule
  /// Rules to try besides, without repetitions.
  public private(set) var alternatives: [StopRule]

  /// - Parameters:
  ///   - maximum: the most tokens that a round drafts.
  ///   - wanted: the user's rule: then there are no others. Nil: a grid.
  ///   - lookup: what all of them look up.
  public init(maximum: Int, wanted: StopCriterion? = nil, lookup: LookupRule? = nil) {
    if let wanted {
      trialRule = StopRule(maximum: maximum, criterion: wanted, lookup: lookup)
      alternatives = []
      return
    }
    let trialRule = StopRule(
      maximum: min(maximum, 5), criterion: .confidence(0.5), lookup: lookup)
    let grid: [(Int, StopCriterion)] = [
      (3, .fixed), (4, .fixed), (4, .confidence(0.4)), (7, .confidence(0.5)),
      (5, .confidence(0.7)), (maximum, .confidence(0.7)),
      (maximum, .adaptive(AdaptiveThreshold())),
    ]
    var seen: Set<StopRule> = [trialRule]
    self.trialRule = trialRule
    alternatives = grid.map {
      StopRule(maximum: min(maximum, $0.0), criterion: $0.1, lookup: lookup)
    }
    .filter { seen.insert($0).inserted }
  }

  /// The grid without rules that remember earlier rounds: what an evaluator in another process has
  /// to know of stop rules stays small.
  ///
  /// - Precondition: the trials' rule is none of these.
  public var withoutMemory: StopRuleGrid {
    precondition(!trialRule.criterion.isAdaptive)
    var grid = self
    grid.alternatives.removeAll(where: \.criterion.isAdaptive)
    return grid
  }

  /// Tries the alternatives with one draft model and keeps the best rule.
  ///
  /// - Parameters:
  ///   - evaluation: the measurement with the trials' rule.
  ///   - evaluate: measures a draft, which may end early where it cannot reach the best so far.
  public func settle(
    _ evaluation: Evaluation, until stop: StopSignal, progress: (_ done: Int, _ total: Int) -> Void,
    evaluate: (_ draft: Draft, _ best: Evaluation) throws(EvaluationError) -> Evaluation
  ) throws(EvaluationError) -> Settlement {
    var settlement = Settlement(evaluation)
    for (number, rule) in alternatives.enumerated() {
      guard !stop.isRaised else { break }
      progress(number, alternatives.count)
      let best = settlement.evaluation
      let tried: Evaluation
      do throws(EvaluationError) {
        tried = try evaluate(Draft(model: best.draft.model, stop: rule), best)
      } catch {
        if error == .interrupted { break }
        throw error
      }
      settlement.tried.append(tried)
      if !tried.stoppedEarly, let speedup = tried.speedup?.logarithm,
        speedup > best.speedup?.logarithm ?? -.infinity
      {
        settlement.evaluation = tried
      }
    }
    return settlement
  }
}

extension StopCriterion {
  /// Whether what it does depends on earlier rounds.
  public var isAdaptive: Bool { if case .adaptive = self { true } else { false } }
}
