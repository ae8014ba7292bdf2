import DraftEvaluation
import Inference

/// A draft with some of the best one's ingredients, beside which it shows what the others give.
public struct Ablation: Hashable, Sendable {
  /// What is left of the best draft, or what is left out.
  public enum Name: String, Hashable, Sendable, CaseIterable {
    /// Nothing but the context drafts.
    case lookupAlone = "lookup alone"
    /// The same sub-layers skipped, the others in the model's own precision, with all tokens and
    /// without lookup.
    case skippingAlone = "skipping alone"
    /// Nothing skipped, in the same precision, with all tokens and without lookup.
    case precisionAlone = "precision alone"
    /// The best draft without its lookup.
    case withoutLookup = "without lookup"
    /// The best draft with all tokens.
    case withoutShortHead = "without short head"
    /// The best draft with nothing skipped.
    case withoutSkipping = "without skipping"
  }

  /// Which it is.
  public var name: Name
  /// What was measured on held-out prompts, in turn with the best draft.
  public var heldOut: Evaluation

  /// The draft.
  public var draft: Draft { heldOut.draft }

  package init(name: Name, heldOut: Evaluation) {
    self.name = name
    self.heldOut = heldOut
  }
}

extension Ablation.Name {
  /// What is left of a draft; nil where that is the draft itself, or no draft.
  ///
  /// - Parameters:
  ///   - lookup: the rule of lookup alone; nil where nothing is looked up.
  ///   - withoutLookup: the draft with the stop rule that suits it where nothing is looked up; nil
  ///     where that is not known.
  package func draft(
    of best: Draft, lookup: LookupRule?, withoutLookup: Draft?
  ) -> Draft? {
    let model = best.model
    let fullHead = DraftHead(precision: model.head.precision)
    var stop = best.stop
    let draft: Draft
    switch self {
    case .lookupAlone:
      guard let lookup, stop.maximum > 0 else { return nil }
      return Draft(model: .full, stop: .lookupAlone(lookup))
    case .skippingAlone:
      guard !model.skip.isEmpty else { return nil }
      stop.lookup = nil
      draft = Draft(model: DraftModel(skip: model.skip), stop: stop)
    case .precisionAlone:
      guard model.weights != .uniform(.model) || model.head.precision != .model else {
        return nil
      }
      stop.lookup = nil
      draft = Draft(
        model: DraftModel(skip: .none, weights: model.weights, head: fullHead), stop: stop)
    case .withoutLookup:
      guard stop.lookup != nil, let withoutLookup else { return nil }
      draft = withoutLookup
    case .withoutShortHead:
      guard model.head.vocabulary != nil else { return nil }
      draft = Draft(
        model: DraftModel(skip: model.skip, weights: model.weights, head: fullHead), stop: stop)
    case .withoutSkipping:
      guard !model.skip.isEmpty else { return nil }
      draft = Draft(
        model: DraftModel(skip: .none, weights: model.weights, head: model.head), stop: stop)
    }
    // The whole model drafts no faster than it decodes.
    return draft == best || draft.stop.maximum == 0 || draft.model == .full ? nil : draft
  }
}
