import DraftEvaluation
import Inference
import SkipSearch

/// `--draft-max` and `--draft-stop`: how a round drafts, over what a skip-set file says.
struct DraftOptions {
  let maximum: Int?
  let stop: StopCriterion?

  static let maximum = Option(
    "draft-max", value: "n", default: "what the skip set says, else 8",
    "The most tokens that a round drafts.")
  static let stop = Option(
    "draft-stop", value: "rule", default: "what the skip set says, else confidence:0.5",
    "When a round stops drafting: fixed, confidence:P (after a token with a draft probability below "
      + "P) or adaptive[:T] (Draft & Verify's threshold for an acceptance rate of T, 0.9).")

  init(_ arguments: Arguments) throws(UsageError) {
    maximum = try arguments.integer("draft-max", in: 1...StopRule.largestMaximum)
    if let text = arguments.string("draft-stop") {
      guard let rule = StopCriterion(argument: text) else {
        throw arguments.invalid(
          "draft-stop", text, "fixed, confidence:P or adaptive[:T], with P and T from 0 to 1")
      }
      stop = rule
    } else {
      stop = nil
    }
  }

  /// The settings to use with a file's, if it has any.
  func settings(over file: StopRule? = nil) -> StopRule {
    let base = file ?? StopRule()
    return StopRule(maximum: maximum ?? base.maximum, criterion: stop ?? base.criterion)
  }
}
