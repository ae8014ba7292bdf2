import Checkpoints

/// A request that a model cannot serve.
public enum GenerationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No tokens, and the model has no beginning-of-text token to start from.
  case emptyPrompt
  /// The prompt leaves no room in the context.
  case promptTooLong(tokens: Int, capacity: Int)
  /// A token that the model's vocabulary does not have.
  case tokenOutOfVocabulary(token: Int, vocabularySize: Int)
  /// A draft that names a layer that the model does not have.
  case skipSetOutOfRange(layerCount: Int)
  /// A draft vocabulary with a token that the model does not have.
  case draftVocabularyOutOfRange(vocabularySize: Int)
  /// Logits that are NaN or infinite, and the weight that is to blame, if there is one.
  case notNumbers(position: Int, weight: Checkpoint.NotNumber?)
  /// A pass over many tokens and passes over single ones give different tokens: a defect.
  case notReproducible(position: Int)

  /// Whether the model is to blame, whatever the request.
  public var isOfModel: Bool {
    switch self {
    case .notNumbers, .notReproducible: true
    default: false
    }
  }

  /// One sentence without its full stop.
  public var description: String {
    switch self {
    case .emptyPrompt:
      "the prompt has no tokens, and the model names no beginning-of-text token to start from"
    case .promptTooLong(let tokens, let capacity):
      "the prompt has \(tokens) tokens, but the context holds \(capacity); shorten the prompt"
    case .tokenOutOfVocabulary(let token, let vocabularySize):
      "token \(token) is not in the model's vocabulary of \(vocabularySize)"
    case .skipSetOutOfRange(let layerCount):
      "the skip set names a layer that this model with layers 0 to \(layerCount - 1) does not have"
    case .draftVocabularyOutOfRange(let vocabularySize):
      "the draft vocabulary names a token that this model's vocabulary of \(vocabularySize) does "
        + "not have"
    case .notNumbers(let position, let weight?):
      "the logits at position \(position) are not numbers, because of the weight "
        + "\(weight): the checkpoint is damaged, or was saved from a failed training; "
        + "download it again, or use another"
    case .notNumbers(let position, nil):
      "the logits at position \(position) are not numbers, though all weights are: the model's "
        + "activations exceed what 32-bit floats hold"
    case .notReproducible(let position):
      "internal error: token \(position) of the continuation differs between a pass over many "
        + "tokens and passes over single ones; please report this"
    }
  }
}
