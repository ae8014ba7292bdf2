import DraftEvaluation
import Inference
import SkipSearch

/// How a round drafts, over what a skip-set file says: `--draft-max` and `--draft-stop`. The one
/// place where a file and the command line become a draft.
struct DraftOptions {
  /// Nil where the command line does not say.
  let maximum: Int?
  let stop: StopCriterion?

  static let maximum = maximum(otherwise: "what the skip set says, else \(StopRule().maximum)")
  static let stop = stop(
    otherwise: "what the skip set says, else \(StopRule().criterion.argument)",
    confidence: " (after a token with a draft probability below P)",
    adaptive: " (Draft & Verify's threshold for an acceptance rate of T, "
      + "\(AdaptiveThreshold().target))")
  static let all: [any OptionDeclaration] = [maximum, stop]

  init(_ arguments: Arguments) throws(UsageError) {
    maximum = try arguments[Self.maximum]
    stop = try arguments[Self.stop]
  }

  /// The draft that a file and the command line describe together; the command line counts.
  func draft(from file: SkipSetFile) -> Draft {
    let base = file.stop ?? StopRule()
    return Draft(
      model: file.model,
      stop: StopRule(maximum: maximum ?? base.maximum, criterion: stop ?? base.criterion))
  }

  /// Whether either says when a round stops.
  func hasStopRule(with file: SkipSetFile) -> Bool { file.stop != nil || stop != nil }
}

extension DraftOptions {
  /// `--draft-max` of a command.
  ///
  /// - Parameter words: what the help says of what holds where it is not given.
  static func maximum(otherwise words: String) -> Option<Int?> {
    Option(
      "draft-max", value: "n", .integer(in: 1...StopRule.largestMaximum), otherwise: words,
      "The most tokens that a round drafts.")
  }

  /// `--draft-stop` of a command.
  ///
  /// - Parameters:
  ///   - words: what the help says of what holds where it is not given.
  ///   - confidence: what the help says of the confidence rule, if anything.
  ///   - adaptive: what the help says of the adaptive rule, if anything.
  static func stop(
    otherwise words: String, confidence: String = "", adaptive: String = ""
  ) -> Option<StopCriterion?> {
    Option(
      "draft-stop", value: "rule", .stopCriterion, otherwise: words,
      "When a round stops drafting: fixed, confidence:P\(confidence) or adaptive[:T]\(adaptive).")
  }
}

extension ValueFormat<StopCriterion> {
  static let stopCriterion = ValueFormat(
    "fixed, confidence:P or adaptive[:T], with P and T from 0 to 1", text: { $0.argument },
    parse: { StopCriterion(argument: $0) })
}
