/// `StopRule` at work in one generation.
struct StopRuleState {
  private let rule: StopRule
  /// What the adaptive criterion remembers.
  private var memory: AdaptiveThreshold.State
  /// Of the round in progress: steps taken, and the product of their confidences.
  private var steps = 0
  private var product = 1.0

  init(_ rule: StopRule) {
    self.rule = rule
    if case .adaptive(let adaptive) = rule.criterion {
      memory = AdaptiveThreshold.State(threshold: adaptive.initialThreshold)
    } else {
      memory = AdaptiveThreshold.State(threshold: 0)
    }
  }

  /// The most tokens that the draft model drafts in a round.
  var maximum: Int { rule.maximum }

  /// What is drafted from the context.
  var lookup: LookupRule? { rule.lookup }

  /// Whether the rule looks at confidences: computing one costs a pass over the logits.
  var needsConfidence: Bool { rule.criterion != .fixed }

  /// Begins a round.
  mutating func begin() {
    steps = 0
    product = 1
  }

  /// Whether the round ends after a further token, to which the draft gave this probability.
  mutating func stops(confidence: Double) -> Bool {
    steps += 1
    product *= confidence
    switch rule.criterion {
    case .fixed: return false
    case .confidence(let least): return confidence < least
    case .adaptive: return confidence < memory.threshold
    case .calibrated(let thresholds): return thresholds.stops(steps: steps, product: product)
    }
  }

  /// Follows a verification, which says something of the draft model where all that was looked up
  /// before stands.
  mutating func follow(_ round: Generation.Round) {
    let drafted = round.drafted - round.lookedUp
    guard case .adaptive(let adaptive) = rule.criterion, drafted > 0,
      round.accepted >= round.lookedUp
    else { return }
    memory.update(
      adaptive, accepted: round.accepted - round.lookedUp, drafted: drafted,
      maximum: rule.maximum)
  }
}
