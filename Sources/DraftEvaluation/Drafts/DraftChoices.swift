import Inference

/// What the drafts of a search may consist of beside a skip set. Each choice has its levels in the
/// order of their costs, the dearest first.
public struct DraftChoices: Hashable, Sendable {
  /// The precisions of sub-layers and of the head; at least one.
  public var precisions: [WeightPrecision]
  /// The tokens that the head knows, nil for all; at least one choice.
  public var vocabularies: [DraftVocabulary?]
  /// The most tokens that the draft model drafts in a round.
  public var draftMaximum: Int

  /// - Precondition: there is a precision and a vocabulary.
  public init(
    precisions: [WeightPrecision] = [.model], vocabularies: [DraftVocabulary?] = [nil],
    draftMaximum: Int
  ) {
    precondition(!precisions.isEmpty && !vocabularies.isEmpty && draftMaximum >= 1)
    self.precisions = precisions
    self.vocabularies = vocabularies
    self.draftMaximum = draftMaximum
  }

  /// What costs are measured for where single drafts are evaluated, the first of which is given: all
  /// precisions, unless that draft has the model's own throughout.
  public init(measuring model: DraftModel, draftMaximum: Int) {
    let isPlain = model.weights == .uniform(.model) && model.head == .full
    self.init(
      precisions: isPlain ? [.model] : WeightPrecision.allCases,
      vocabularies: model.head.vocabulary.map { [nil, $0] } ?? [nil], draftMaximum: draftMaximum)
  }

  /// All heads.
  var heads: [DraftHead] {
    precisions.flatMap { precision in
      vocabularies.map { DraftHead(precision: precision, vocabulary: $0) }
    }
  }

  /// Whether skip sets are all that varies.
  public var isClassical: Bool { precisions == [.model] && vocabularies == [nil] }
}
