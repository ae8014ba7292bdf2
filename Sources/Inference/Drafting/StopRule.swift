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

/// How a round drafts: what it looks up in the context, and how many tokens the draft model adds.
public struct StopRule: Hashable, Sendable {
  /// The most tokens that the draft model drafts in one round; 0 where all drafts are looked up.
  public var maximum: Int
  /// When a round stops before that.
  public var criterion: StopCriterion
  /// What is drafted from the context before the draft model is asked; nil for nothing.
  public var lookup: LookupRule?

  /// Creates a rule; `maximum` must be at least 1, or 0 beside a lookup. Why these defaults:
  /// Experiments/evaluator/NOTES.md.
  public init(
    maximum: Int = 8, criterion: StopCriterion = .confidence(0.5), lookup: LookupRule? = nil
  ) {
    precondition(maximum >= (lookup == nil ? 1 : 0))
    self.maximum = maximum
    self.criterion = criterion
    self.lookup = lookup
  }

  /// The rule by which nothing but the context drafts.
  public static func lookupAlone(_ lookup: LookupRule) -> StopRule {
    StopRule(maximum: 0, criterion: .fixed, lookup: lookup)
  }

  /// The most tokens that one round drafts.
  public var longestRound: Int {
    guard let lookup else { return maximum }
    return lookup.continues ? lookup.maximum + maximum : max(lookup.maximum, maximum)
  }
}
