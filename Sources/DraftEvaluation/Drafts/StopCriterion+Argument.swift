import Inference

extension StopCriterion {
  /// The rule as an option's argument: `fixed`, `confidence:0.6`, `adaptive`, `adaptive:0.85` (the
  /// acceptance rate to steer to). A `calibrated` one is too much for an option: only its name.
  public var argument: String {
    switch self {
    case .fixed: "fixed"
    case .confidence(let threshold): "confidence:\(threshold)"
    case .adaptive(let rule):
      rule.target == AdaptiveThreshold().target ? "adaptive" : "adaptive:\(rule.target)"
    case .calibrated: "calibrated"
    }
  }

  /// Reads what `argument` writes; nil for anything else.
  public init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var number: Double?
    if parts.count == 2 {
      guard let value = Double(parts[1]), value >= 0, value <= 1 else { return nil }
      number = value
    }
    switch (parts.first, number) {
    case ("fixed", nil): self = .fixed
    case ("confidence", let threshold?): self = .confidence(threshold)
    case ("adaptive", nil): self = .adaptive(AdaptiveThreshold())
    case ("adaptive", let target?): self = .adaptive(AdaptiveThreshold(target: target))
    default: return nil
    }
  }
}
