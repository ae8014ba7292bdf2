import Files
import Inference

extension StopRule: JSONRecord {
  /// `{"max": 8, "stop": "adaptive", …, "lookup": null}` with the criterion's parameters.
  package static func record(
    _ member: JSONMembers<StopRule>
  ) throws(InputError) -> StopRule {
    let maximum = try member("max", \.maximum, maximumCodec(from: 0))
    let criterion = try StopCriterion.record(member.part(\.criterion))
    let lookup = try member("lookup", \.lookup, .nullable(LookupRule.codec))
    // Never thrown when writing: a rule in memory drafts something.
    guard maximum > 0 || lookup != nil else {
      throw member.error("\"max\" is 0 and \"lookup\" null, so nothing is ever drafted")
    }
    return StopRule(maximum: maximum, criterion: criterion, lookup: lookup)
  }

  /// A `maximum`. Version 0.1.0 let one more pass than the engine drafts, and drafted one less.
  package static func maximumCodec(from least: Int) -> JSONCodec<Int> {
    .integer(in: least...largestMaximum + 1).converted(
      read: { value, _ in min(value, largestMaximum) }, write: { $0 })
  }
}

extension StopCriterion: JSONRecord {
  /// `stop` and the criterion's parameters: `threshold` for `confidence`; `target`, `beta1`,
  /// `beta2`, `epsilon` and `initial_threshold` for `adaptive`; `thresholds` for `calibrated`.
  package static func record(
    _ member: JSONMembers<StopCriterion>
  ) throws(InputError) -> StopCriterion {
    let kind = try member(
      "stop", \.kind,
      .name {
        "\"\($0)\" is no stop rule; known are fixed, confidence, adaptive and calibrated"
      })
    switch kind {
    case .fixed: return .fixed
    case .confidence:
      return .confidence(try member.payload(\.threshold)("threshold", \.self, .fraction))
    case .adaptive: return .adaptive(try .record(member.payload(\.adaptive)))
    case .calibrated: return .calibrated(try .record(member.payload(\.calibrated)))
    }
  }

  private enum Kind: String {
    case fixed, confidence, adaptive, calibrated
  }

  private var kind: Kind {
    switch self {
    case .fixed: .fixed
    case .confidence: .confidence
    case .adaptive: .adaptive
    case .calibrated: .calibrated
    }
  }

  private var threshold: Double? {
    if case .confidence(let threshold) = self { threshold } else { nil }
  }

  private var adaptive: AdaptiveThreshold? {
    if case .adaptive(let rule) = self { rule } else { nil }
  }

  private var calibrated: CalibratedThresholds? {
    if case .calibrated(let rule) = self { rule } else { nil }
  }

  /// `fixed`, `confidence`, `adaptive` or `calibrated`.
  public var name: String { kind.rawValue }
}

extension AdaptiveThreshold: JSONRecord {
  /// Parameters that are missing have their defaults.
  package static func record(
    _ member: JSONMembers<AdaptiveThreshold>
  ) throws(InputError) -> AdaptiveThreshold {
    let standard = AdaptiveThreshold()
    func fraction(
      _ key: String, _ value: KeyPath<AdaptiveThreshold, Double>
    ) throws(InputError) -> Double {
      try member(key, { $0[keyPath: value] }, .fraction.ifAbsent(standard[keyPath: value]))
    }
    return AdaptiveThreshold(
      target: try fraction("target", \.target),
      acceptanceDecay: try fraction("beta1", \.acceptanceDecay),
      thresholdDecay: try fraction("beta2", \.thresholdDecay),
      step: try fraction("epsilon", \.step),
      initialThreshold: try fraction("initial_threshold", \.initialThreshold))
  }
}

extension CalibratedThresholds: JSONRecord {
  package static func record(
    _ member: JSONMembers<CalibratedThresholds>
  ) throws(InputError) -> CalibratedThresholds {
    CalibratedThresholds(
      try member(
        // No product of probabilities reaches 2, and JSON has no infinity.
        "thresholds", { $0.thresholds.map { min($0, 2) } }, .array(of: .nonnegative)))
  }
}
