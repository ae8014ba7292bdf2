/// A size in the shapes of tensors.
enum Dimension: Sendable {
  case hidden, query, keyValue, head, intermediate, vocabulary

  /// The number of elements, and the fields of config.json that it follows from.
  func size(_ c: ModelConfiguration) -> (count: Int, reason: String) {
    switch self {
    case .hidden: (c.hiddenSize, "hidden_size \(c.hiddenSize)")
    case .query:
      (c.queryWidth, "num_attention_heads \(c.headCount) × head_dim \(c.headDimension)")
    case .keyValue:
      (c.keyValueWidth, "num_key_value_heads \(c.keyValueHeadCount) × head_dim \(c.headDimension)")
    case .head: (c.headDimension, "head_dim \(c.headDimension)")
    case .intermediate: (c.intermediateSize, "intermediate_size \(c.intermediateSize)")
    case .vocabulary: (c.vocabularySize, "vocab_size \(c.vocabularySize)")
    }
  }
}
