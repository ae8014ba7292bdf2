import Files
import Inference

extension StopRule {
  /// `{"max": 8, "stop": "adaptive", …}` with the rule's parameters: `threshold` for `confidence`;
  /// `target`, `beta1`, `beta2`, `epsilon` and `initial_threshold` for `adaptive`; `thresholds` for
  /// `calibrated`.
  public var json: JSON {
    var members = [
      JSON.Member("max", .integer(maximum)), JSON.Member("stop", .string(criterion.name)),
    ]
    switch criterion {
    case .fixed: break
    case .confidence(let threshold): members.append(JSON.Member("threshold", .double(threshold)))
    case .adaptive(let rule):
      members += [
        JSON.Member("target", .double(rule.target)),
        JSON.Member("beta1", .double(rule.acceptanceDecay)),
        JSON.Member("beta2", .double(rule.thresholdDecay)),
        JSON.Member("epsilon", .double(rule.step)),
        JSON.Member("initial_threshold", .double(rule.initialThreshold)),
      ]
    case .calibrated(let rule):
      // No product of probabilities reaches 2, and JSON has no infinity.
      members.append(JSON.Member("thresholds", JSON(rule.thresholds.map { min($0, 2) })))
    }
    return .object(members)
  }

  /// Reads what `json` writes; parameters of a rule that are missing have their defaults.
  public init(_ field: JSONField) throws(InputError) {
    // Version 0.1.0 let 64 pass, and drafted one less.
    let maximum = min(
      try field.required("max").integer(in: 1...Self.largestMaximum + 1), Self.largestMaximum)
    func fraction(_ name: String, _ standard: Double?) throws(InputError) -> Double {
      guard let standard else { return try Self.fraction(field.required(name)) }
      guard let member = try field.optional(name) else { return standard }
      return try Self.fraction(member)
    }
    let stop = try field.required("stop")
    switch try stop.string() {
    case "fixed": self.init(maximum: maximum, criterion: .fixed)
    case "confidence":
      self.init(maximum: maximum, criterion: .confidence(try fraction("threshold", nil)))
    case "adaptive":
      let standard = AdaptiveThreshold()
      let rule = AdaptiveThreshold(
        target: try fraction("target", standard.target),
        acceptanceDecay: try fraction("beta1", standard.acceptanceDecay),
        thresholdDecay: try fraction("beta2", standard.thresholdDecay),
        step: try fraction("epsilon", standard.step),
        initialThreshold: try fraction("initial_threshold", standard.initialThreshold))
      self.init(maximum: maximum, criterion: .adaptive(rule))
    case "calibrated":
      var thresholds: [Double] = []
      for element in try field.required("thresholds").elements() {
        thresholds.append(try element.nonnegative())
      }
      self.init(maximum: maximum, criterion: .calibrated(CalibratedThresholds(thresholds)))
    case let name:
      throw stop.error(
        "\"\(name)\" is no stop rule; known are fixed, confidence, adaptive and calibrated")
    }
  }

  private static func fraction(_ field: JSONField) throws(InputError) -> Double {
    let value = try field.double()
    guard value >= 0, value <= 1 else {
      throw field.error("expected a number from 0 to 1, found \(value)")
    }
    return value
  }
}

extension StopCriterion {
  /// `fixed`, `confidence`, `adaptive` or `calibrated`.
  public var name: String {
    switch self {
    case .fixed: "fixed"
    case .confidence: "confidence"
    case .adaptive: "adaptive"
    case .calibrated: "calibrated"
    }
  }

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
