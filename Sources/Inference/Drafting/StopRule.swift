/// `DraftSettings` at work in one generation.
struct StopRule {
  private let settings: DraftSettings
  private var adaptive: AdaptiveThreshold.State

  init(_ settings: DraftSettings) {
    self.settings = settings
    if case .adaptive(let rule) = settings.stop {
      adaptive = AdaptiveThreshold.State(threshold: rule.initialThreshold)
    } else {
      adaptive = AdaptiveThreshold.State(threshold: 0)
    }
  }

  /// Whether the rule looks at confidences: computing one costs a pass over the logits.
  var needsConfidence: Bool { settings.stop != .fixed }

  /// Whether a round ends after a token that the draft gave this probability.
  func stops(confidence: Double) -> Bool {
    switch settings.stop {
    case .fixed: false
    case .confidence(let threshold): confidence < threshold
    case .adaptive: confidence < adaptive.threshold
    }
  }

  /// Follows a verification.
  mutating func follow(accepted: Int, drafted: Int) {
    guard case .adaptive(let rule) = settings.stop, drafted > 0 else { return }
    adaptive.update(rule, accepted: accepted, drafted: drafted, maximum: settings.maximum)
  }
}
