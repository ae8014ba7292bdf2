/// When a round stops drafting and verifies. Whatever the rule, a token that was drafted is
/// verified: dropping one because of what it is would change the distribution of the output.
public enum StopCriterion: Hashable, Sendable {
  /// Always `StopRule.maximum` tokens.
  case fixed
  /// After the first token whose draft probability is below the threshold (in 0…1).
  case confidence(Double)
  /// As `confidence`, with a threshold that follows the acceptance rate: Draft & Verify (Zhang et
  /// al., ACL 2024), section 3.4.
  case adaptive(AdaptiveThreshold)
  /// When the next draft's probability of being accepted, as fitted on recorded rounds of the draft
  /// model, no longer pays for a draft step on the machine where it was fitted.
  case calibrated(CalibratedThresholds)
}

/// How many tokens a round drafts.
public struct StopRule: Hashable, Sendable {
  /// The most tokens that one round drafts; at least 1.
  public var maximum: Int
  /// When a round stops before that.
  public var criterion: StopCriterion

  /// Creates a rule; `maximum` must be at least 1. Why these defaults:
  /// Experiments/evaluator/NOTES.md.
  public init(maximum: Int = 8, criterion: StopCriterion = .confidence(0.5)) {
    precondition(maximum >= 1)
    self.maximum = maximum
    self.criterion = criterion
  }
}
