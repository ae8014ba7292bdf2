/// Decodes tokens as they are generated: each piece of text is handed out when it is complete, and
/// a character never in parts. All pieces together are what `Tokenizer.decode` gives.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  private var state: DecodingState

  /// A decoder at the beginning of a text.
  public init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool) {
    self.tokenizer = tokenizer
    skipsSpecialTokens = skipSpecialTokens
    state = DecodingState(tokenizer.decoder)
  }

  /// Takes a token; returns the text that is complete with it, perhaps none. Ids outside of the
  /// vocabulary have no text.
  public mutating func append(_ id: Int) -> String {
    guard tokenizer.tokens.indices.contains(id), let token = tokenizer.tokens[id],
      !(skipsSpecialTokens && tokenizer.specialIDs.contains(id))
    else { return "" }
    return state.append(token)
  }

  /// The rest; incomplete characters become U+FFFD.
  public mutating func finish() -> String { state.finish() }
}
