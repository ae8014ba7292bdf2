import Files
import GGUF

/// The tokens of a GGUF file, with what the file says of each.
struct GGUFVocabulary {
  /// `tokenizer.ggml.token_type`
  enum Kind: Int {
    case normal = 1, unknown, control, userDefined, unused, byte
  }

  let metadata: GGUFMetadata
  let tokens: [ByteString]
  let kinds: [Kind]

  /// Bytes of a token; real ones have some dozens. How a token with a score is made of others is
  /// found in a time that grows with the square of its length.
  private static let longest = 1024
  /// Bytes of all tokens: as a vocabulary in JSON may have.
  private static let most = 1 << 30

  init(_ metadata: GGUFMetadata) throws(InputError) {
    self.metadata = metadata
    let field = try metadata.required("tokenizer.ggml.tokens")
    tokens = try field.strings()
    guard !tokens.isEmpty, tokens.count <= Vocabulary.maximumID else {
      throw field.error("has \(tokens.count) tokens")
    }
    if let long = tokens.firstIndex(where: { $0.count > Self.longest }) {
      throw InputError(
        file: field.file, field: "\(field.key)[\(long)]",
        "a token of \(tokens[long].count) bytes is more than the \(Self.longest) allowed; "
          + "the file is corrupt")
    }
    guard tokens.reduce(0, { $0 + $1.count }) <= Self.most else {
      throw field.error("has more than \(Self.most) bytes of tokens; the file is corrupt")
    }
    if let types = metadata["tokenizer.ggml.token_type"] {
      let numbers = try types.numbers()
      guard numbers.count == tokens.count else {
        throw types.error("has \(numbers.count) elements for \(tokens.count) tokens")
      }
      kinds = numbers.map { Int(exactly: $0).flatMap(Kind.init) ?? .normal }
    } else {
      kinds = Array(repeating: .normal, count: tokens.count)
    }
  }

  /// The id in a key `tokenizer.ggml.…_token_id`; nil where there is none.
  func id(_ name: String) throws(InputError) -> Int? {
    guard let field = metadata["tokenizer.ggml.\(name)_token_id"] else { return nil }
    // −1 and ids beyond the vocabulary stand for "none" in some files.
    let id = try field.integer(in: -1...Int(UInt32.max))
    return tokens.indices.contains(id) ? id : nil
  }

  func text(_ id: Int) -> String { String(decoding: tokens[id], as: UTF8.self) }

  /// What is found in a text as it is.
  var added: [JSON] {
    tokens.indices.compactMap { id in
      switch kinds[id] {
      case .control, .unknown, .userDefined:
        guard !tokens[id].isEmpty else { return nil }
        return [
          "id": .integer(id), "content": .string(text(id)),
          "special": .bool(kinds[id] != .userDefined), "normalized": false,
        ]
      case .normal, .unused, .byte: return nil
      }
    }
  }

  /// The special tokens' texts, by the names that chat templates use.
  func specialTexts() throws(InputError) -> [String: String] {
    var texts: [String: String] = [:]
    for (key, name) in [
      ("bos", "bos_token"), ("eos", "eos_token"), ("unknown", "unk_token"),
      ("padding", "pad_token"),
    ] {
      if let id = try id(key) { texts[name] = text(id) }
    }
    return texts
  }
}
