/// How a draft computes the logits of its tokens.
public struct DraftHead: Hashable, Sendable {
  /// In what precision the head's weights are read.
  public var precision: WeightPrecision
  /// The tokens that it knows; nil for all.
  public var vocabulary: DraftVocabulary?

  /// A head of one precision, of all tokens or of some.
  public init(precision: WeightPrecision, vocabulary: DraftVocabulary? = nil) {
    self.precision = precision
    self.vocabulary = vocabulary
  }

  /// The model's own.
  public static let full = DraftHead(precision: .model)

  /// Whether a model with so many tokens has all that this names, and its tokens are at hand.
  func fits(vocabularySize: Int) -> Bool {
    guard let vocabulary else { return true }
    guard let last = vocabulary.ids.last else { return false }
    return Int(last) < vocabularySize
  }
}
