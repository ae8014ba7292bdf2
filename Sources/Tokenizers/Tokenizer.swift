import Files

/// Text to token ids and back, as the `tokenizer.json` of a Hugging Face directory says.
public struct Tokenizer: Sendable {
  let model: BytePairEncoding
  let normalizer: Normalizer?
  let addedTokens: AddedTokens
  let preTokenizer: PreTokenizer?
  let postProcessor: PostProcessor
  let decoder: Decoder
  /// The text of every token, added ones included.
  let tokens: [Int: ByteString]
  let specialIDs: Set<Int>
  let chatTemplate: ChatTemplate?

  /// The highest id + 1, added tokens included.
  public let vocabularySize: Int
  /// `eos_token` of tokenizer_config.json.
  public let eosID: Int?
  /// `bos_token` of tokenizer_config.json.
  public let bosID: Int?

  /// Whether conversations can be rendered.
  public var hasChatTemplate: Bool { chatTemplate != nil }

  /// Reads `tokenizer.json` and, where they are there, `tokenizer_config.json`,
  /// `special_tokens_map.json` and `chat_template.jinja`.
  ///
  /// - Throws: an error that names file and field for anything missing, malformed, or of a kind
  ///   that would be encoded differently here than by the reference implementation.
  public init(directory: String) throws(InputError) {
    let path = "\(directory)/tokenizer.json"
    guard fileExists(directory) else {
      throw InputError(.missing, file: directory, "there is no such directory")
    }
    guard fileExists(path) else {
      throw InputError(
        .missing, file: path,
        "there is no such file; other tokenizer formats (tokenizer.model) must be converted first")
    }
    let root = try JSONField.read(path)
    model = try BytePairEncoding(try root.required("model"))
    if let field = try root.optional("normalizer") {
      normalizer = try Normalizer(field)
    } else {
      normalizer = nil
    }
    let addedField = try root.optional("added_tokens")
    addedTokens = try AddedTokens(addedField, normalizer: normalizer)
    if let field = try root.optional("pre_tokenizer") {
      preTokenizer = try PreTokenizer(field)
    } else {
      preTokenizer = nil
    }
    if let field = try root.optional("post_processor") {
      postProcessor = try PostProcessor(field)
    } else {
      postProcessor = PostProcessor()
    }
    decoder = try Decoder(try root.optional("decoder"))

    var tokens = model.tokens
    for token in addedTokens.tokens {
      let bytes = Array(String(String.UnicodeScalarView(token.content)).utf8)
      if let existing = tokens[token.id], existing != bytes, let addedField {
        throw addedField.error(
          "the added token \"\(String(decoding: bytes, as: UTF8.self))\" has the id \(token.id) of "
            + "another token")
      }
      tokens[token.id] = bytes
    }
    self.tokens = tokens
    specialIDs = Set(addedTokens.tokens.filter(\.isSpecial).map(\.id))
    vocabularySize = (tokens.keys.max() ?? -1) + 1

    var ids = model.ids
    for (id, bytes) in tokens { ids[bytes] = id }
    let special = try SpecialTokens(directory: directory)
    eosID = special.texts["eos_token"].flatMap { ids[$0.byteString] }
    bosID = special.texts["bos_token"].flatMap { ids[$0.byteString] }
    chatTemplate = try ChatTemplate.read(directory: directory, special: special)
  }

  /// Encodes a text.
  ///
  /// - Parameter addSpecialTokens: put the post-processor's tokens (`<s>` …) around it.
  public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int] {
    var ids = addSpecialTokens ? postProcessor.prefix : []
    for part in addedTokens.split(Array(text.unicodeScalars), normalizer: normalizer) {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let scalars, let isFirst):
        let piece = PreTokenizer.Piece(scalars: scalars, isFirst: isFirst)
        for piece in preTokenizer?.split(piece) ?? [piece] {
          ids.append(contentsOf: model.encode(piece.scalars))
        }
      }
    }
    return addSpecialTokens ? ids + postProcessor.suffix : ids
  }

  /// Encodes a conversation up to where the model's answer begins.
  ///
  /// - Throws: where there is no chat template, or it refuses the conversation.
  public func encode(conversation: [ChatMessage]) throws(InputError) -> [Int] {
    encode(try renderChat(conversation, addGenerationPrompt: true), addSpecialTokens: false)
  }

  /// Decodes ids; bytes that are not UTF-8 become U+FFFD, ids outside of the vocabulary nothing.
  public func decode(_ ids: [Int], skipSpecialTokens: Bool) -> String {
    var stream = StreamingDecoder(self, skipSpecialTokens: skipSpecialTokens)
    return ids.reduce(into: "") { $0 += stream.append($1) } + stream.finish()
  }

  /// Whether the id is of a special token.
  public func isSpecial(_ id: Int) -> Bool { specialIDs.contains(id) }

  /// The prompt that a conversation becomes, special tokens as text: encode it without adding them.
  ///
  /// - Throws: where there is no template, or it refuses the conversation.
  public func renderChat(
    _ messages: [ChatMessage], addGenerationPrompt: Bool
  ) throws(InputError) -> String {
    guard let chatTemplate else {
      throw InputError(
        .missing, file: "tokenizer_config.json", field: "chat_template",
        "the model has no chat template; give it a plain prompt")
    }
    return try chatTemplate.render(messages, addGenerationPrompt: addGenerationPrompt)
  }
}
