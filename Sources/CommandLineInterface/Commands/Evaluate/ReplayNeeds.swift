import DraftEvaluation
import Inference

/// What a bench has to have measured and recorded to replay a draft.
struct ReplayNeeds {
  /// The draft model: costs are measured in its precisions.
  private(set) var model: DraftModel
  /// The most tokens that the draft model drafts in a round.
  private(set) var draftMaximum: Int
  /// The most tokens that a round looks up.
  private(set) var lookupMaximum: Int

  /// The needs of a draft.
  ///
  /// - Parameters:
  ///   - rule: nil: the one that suits the draft model.
  ///   - maximum: the most tokens of a round where there is no rule.
  init(_ model: DraftModel, _ rule: StopRule?, maximum: Int) {
    self.model = model
    draftMaximum = max(1, rule?.maximum ?? 0, maximum)
    lookupMaximum = rule?.lookup?.maximum ?? 0
  }

  /// What costs have to be measured for.
  var choices: DraftChoices { DraftChoices(measuring: model, draftMaximum: draftMaximum) }

  /// Whether what this needs is all that the other does.
  func covers(_ other: ReplayNeeds) -> Bool {
    draftMaximum >= other.draftMaximum && lookupMaximum >= other.lookupMaximum
      && choices.precisions.count >= other.choices.precisions.count
  }

  /// The needs of both.
  func joined(with other: ReplayNeeds) -> ReplayNeeds {
    var both = choices.precisions.count >= other.choices.precisions.count ? self : other
    both.draftMaximum = max(draftMaximum, other.draftMaximum)
    both.lookupMaximum = max(lookupMaximum, other.lookupMaximum)
    return both
  }
}
