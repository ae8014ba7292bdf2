import DraftEvaluation
import Inference

/// What a draft is, in sentences.
package struct DraftWords {
  private let draft: Draft
  private let layerCount: Int
  private let vocabularySize: Int

  /// - Parameter vocabularySize: the model's tokens; 0 where that is not known.
  package init(_ draft: Draft, layerCount: Int, vocabularySize: Int) {
    self.draft = draft
    self.layerCount = layerCount
    self.vocabularySize = vocabularySize
  }

  /// Whether nothing but the context drafts.
  package var isLookupAlone: Bool { draft.stop.maximum == 0 }

  /// `skips 2 of 24 attention blocks and 0 of 24 MLPs, and reads the others in 4 bits`
  ///
  /// - Parameter mark: how a drawing below shows what is skipped.
  package func sublayers(mark: String = "") -> String {
    let model = draft.model
    guard !model.skip.isEmpty else {
      return "skips nothing"
        + (model.weights == .uniform(.model)
          ? "" : ", and reads all sub-layers in \(model.bits(layerCount: layerCount)) bits")
    }
    return "skips \(model.skip.attention.count) of \(layerCount) attention blocks and "
      + "\(model.skip.mlp.count) of \(layerCount) MLPs\(mark)"
      + (model.weights == .uniform(.model)
        ? "" : ", and reads the others in \(model.bits(layerCount: layerCount)) bits")
  }

  /// What its head is; nil for the model's own.
  package var head: String? {
    let head = draft.model.head
    guard head != .full else { return nil }
    let bits = head.precision.bits.map { " in \($0) bits" } ?? ""
    let tokens =
      head.vocabulary.map { vocabulary in
        "the \(vocabulary.count) most useful"
          + (vocabularySize > 1 ? " of \(vocabularySize)" : "") + " tokens"
      } ?? "all tokens"
    return "Its head\(bits) knows \(tokens)."
  }

  /// What it looks up; nil where it does not.
  package var lookup: String? {
    guard let rule = draft.stop.lookup else { return nil }
    return "Where the last \(rule.least == 1 ? "token" : "\(rule.least) tokens") or more occurred "
      + "before, what followed is drafted, \(rule.maximum) tokens at most"
      + (rule.continues ? ", and the model drafts on behind." : ".")
  }

  /// When its rounds end.
  package var round: String {
    let stop = draft.stop
    return "A round drafts at most \(stop.maximum) \(stop.maximum == 1 ? "token" : "tokens") "
      + "\(stop.lookup == nil ? "" : "by the model ")(stop rule: \(stop.criterion.argument))."
  }
}
