/// A kind of pass that can be timed by itself.
public enum EnginePass: Hashable, Sendable {
  /// One token through the full model.
  case decode
  /// One token without the skipped sub-layers.
  case draft
  /// This many tokens through the full model, with logits for each.
  case verify(rows: Int)
  /// A prompt of `EngineTimer.prefillRows` tokens.
  case prefill
  /// Reading memory and nothing else.
  case read

  /// Parses `decode`, `draft`, `verify N`, `prefill` or `read`; nil for anything else.
  public init?(_ words: some Sequence<Substring>) {
    switch words.map(String.init) {
    case ["decode"]: self = .decode
    case ["draft"]: self = .draft
    case ["prefill"]: self = .prefill
    case ["read"]: self = .read
    case let words where words.count == 2 && words[0] == "verify":
      guard let rows = Int(words[1]), rows >= 1 else { return nil }
      self = .verify(rows: rows)
    default: return nil
    }
  }
}
