/// Draft & Verify's adaptive draft-exiting threshold (Zhang et al., ACL 2024, section 3.4, with the
/// defaults of the paper's code). After a verification that accepted m of n drafted tokens,
///
///     matchness ← β₁·matchness + (1 − β₁)·m/n
///     θ′ = θ + ε  if matchness < target,  else θ − ε   (θ where n was the maximum)
///     θ ← β₂·θ + (1 − β₂)·θ′
public struct AdaptiveThreshold: Hashable, Sendable {
  /// The acceptance rate to steer to.
  public var target: Double
  /// β₁: how slowly the acceptance rate's running mean moves.
  public var acceptanceDecay: Double
  /// β₂: how slowly the threshold moves.
  public var thresholdDecay: Double
  /// ε: the step of the threshold.
  public var step: Double
  /// θ before the first verification.
  public var initialThreshold: Double

  /// Creates the rule; the defaults are the paper's.
  public init(
    target: Double = 0.9, acceptanceDecay: Double = 0.5, thresholdDecay: Double = 0.9,
    step: Double = 0.01, initialThreshold: Double = 0.8
  ) {
    self.target = target
    self.acceptanceDecay = acceptanceDecay
    self.thresholdDecay = thresholdDecay
    self.step = step
    self.initialThreshold = initialThreshold
  }

  /// What the rule remembers between the rounds of one generation.
  struct State: Sendable {
    var threshold: Double
    var matchness = 0.0

    /// Follows one verification that accepted `accepted` of `drafted` ≥ 1 tokens.
    mutating func update(_ rule: AdaptiveThreshold, accepted: Int, drafted: Int, maximum: Int) {
      let rate = Double(accepted) / Double(drafted)
      matchness = rule.acceptanceDecay * matchness + (1 - rule.acceptanceDecay) * rate
      var next = threshold
      // A round cut off by the maximum says nothing about a lower threshold.
      if matchness < rule.target {
        next += rule.step
      } else if drafted < maximum {
        next -= rule.step
      }
      threshold = rule.thresholdDecay * threshold + (1 - rule.thresholdDecay) * next
    }
  }
}
