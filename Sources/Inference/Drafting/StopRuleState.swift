/// `StopRule` at work in one generation.
struct StopRuleState {
  private let settings: StopRule
  private var adaptive: AdaptiveThreshold.State
  /// Of the round in progress: steps taken, and the product of their confidences.
  private var steps = 0
  private var product = 1.0

  init(_ settings: StopRule) {
    self.settings = settings
    if case .adaptive(let rule) = settings.criterion {
      adaptive = AdaptiveThreshold.State(threshold: rule.initialThreshold)
    } else {
      adaptive = AdaptiveThreshold.State(threshold: 0)
    }
  }

  /// The most tokens that a round drafts.
  var maximum: Int { settings.maximum }

  /// Whether the rule looks at confidences: computing one costs a pass over the logits.
  var needsConfidence: Bool { settings.criterion != .fixed }

  /// Begins a round.
  mutating func begin() {
    steps = 0
    product = 1
  }

  /// Whether the round ends after a further token, to which the draft gave this probability.
  mutating func stops(confidence: Double) -> Bool {
    steps += 1
    product *= confidence
    switch settings.criterion {
    case .fixed: return false
    case .confidence(let threshold): return confidence < threshold
    case .adaptive: return confidence < adaptive.threshold
    case .calibrated(let rule): return rule.stops(steps: steps, product: product)
    }
  }

  /// Follows a verification.
  mutating func follow(accepted: Int, drafted: Int) {
    guard case .adaptive(let rule) = settings.criterion, drafted > 0 else { return }
    adaptive.update(rule, accepted: accepted, drafted: drafted, maximum: settings.maximum)
  }
}
