import Files
import GGUF

/// Text to token ids and back, as the `tokenizer.json` of a Hugging Face directory says.
public struct Tokenizer: Sendable {
  let model: TokenizerModel
  let normalizer: Normalizer?
  let addedTokens: AddedTokens
  let encoder: Encoder
  let postProcessor: PostProcessor
  let decoder: Decoder
  /// The text of every token, added ones included.
  let tokens: [ByteString?]
  let specialIDs: Set<Int>
  let chatTemplate: ChatTemplate?

  /// The highest id + 1, added tokens included.
  public let vocabularySize: Int
  /// `eos_token` of tokenizer_config.json.
  public let eosID: Int?
  /// `bos_token` of tokenizer_config.json.
  public let bosID: Int?

  /// Whether conversations can be rendered, or the model has a template that says why they cannot.
  public var hasChatTemplate: Bool { chatTemplate != nil }

  /// Reads `tokenizer.json` and, where they are there, `tokenizer_config.json`,
  /// `special_tokens_map.json`, `added_tokens.json` and `chat_template.jinja`. A chat template that
  /// is not understood is an error when a conversation is rendered, not before.
  ///
  /// - Throws: an error that names file and field for anything missing, malformed, or of a kind
  ///   that would be encoded differently here than by the reference implementation.
  public init(directory: String) throws(InputError) {
    let path = "\(directory)/tokenizer.json"
    guard fileExists(directory) else {
      throw InputError(.missing, file: directory, "there is no such directory")
    }
    guard fileExists(path) else {
      let others = ["tokenizer.model", "tekken.json", "vocab.json"].filter { name in
        fileExists("\(directory)/\(name)")
      }
      let found = others.first.map { "; its tokenizer is in another format (\($0))" } ?? ""
      throw InputError(
        .missing, file: path,
        "there is no such file\(found); AutoTokenizer.from_pretrained and save_pretrained of "
          + "transformers write it")
    }
    let file = try TokenizerFile(path)
    let special = try SpecialTokens(directory: directory)
    try self.init(
      file, special: special, directory: directory,
      chatTemplate: try ChatTemplate.read(directory: directory, special: special))
  }

  /// Reads the tokenizer of a model: a Hugging Face directory, a GGUF file, or a directory that
  /// holds one.
  ///
  /// - Throws: as `init(directory:)`.
  public init(path: String) throws(InputError) {
    switch try ModelLocation(path) {
    case .directory(let directory): try self.init(directory: directory)
    case .gguf(let path):
      let tokenizer = try GGUFTokenizer(path)
      let special = SpecialTokens(texts: tokenizer.specialTexts)
      try self.init(
        tokenizer.file, special: special, directory: nil,
        chatTemplate: tokenizer.template.map {
          ChatTemplate($0, file: path, field: "tokenizer.chat_template", special)
        })
    }
  }

  /// - Parameter directory: where further files may say more; nil for none.
  private init(
    _ file: TokenizerFile, special: SpecialTokens, directory: String?, chatTemplate: ChatTemplate?
  ) throws(InputError) {
    let root = file.root
    model = try TokenizerModel(file)
    var growth = Growth()
    if let field = try root.optional("normalizer") {
      normalizer = try Normalizer(field, growth: &growth)
    } else {
      normalizer = nil
    }
    let addedField = try root.optional("added_tokens")
    var added: [AddedTokens.Token] = []
    for element in try addedField?.elements() ?? [] {
      added.append(
        try AddedTokens.Token(
          element, id: try element.required("id").integer(in: 0...Vocabulary.maximumID)))
    }
    if let directory {
      added += try FurtherTokens.read(
        directory: directory, configuration: special.configuration, known: added,
        vocabulary: model.vocabulary, special: Set(special.texts.values.map(\.byteString)))
    }
    addedTokens = AddedTokens(added, normalizer: normalizer)
    var preTokenizer = try PreTokenizer(try root.optional("pre_tokenizer"), growth: &growth)
    if preTokenizer.isWhole, model.keepsApart("▁") {
      preTokenizer.cutBeforeRuns(of: "▁", aroundLineEnds: model.standsApart(10))
    }
    encoder = Encoder(model: model, preTokenizer: preTokenizer)
    postProcessor =
      try root.optional("post_processor").map { field throws(InputError) in
        try PostProcessor(field)
      } ?? PostProcessor()
    decoder = try Decoder(try root.optional("decoder"))

    var tokens = model.vocabulary.texts
    let highest = added.map(\.id).max() ?? -1
    guard highest < tokens.count + 8 * added.count + 65_536 else {
      throw root.error("the added token's id \(highest) is far beyond the vocabulary")
    }
    if highest >= tokens.count {
      tokens += Array(repeating: nil, count: highest + 1 - tokens.count)
    }
    for token in added {
      if let existing = tokens[token.id], existing != token.content, let addedField {
        throw addedField.error(
          "the added token \"\(String(decoding: token.content, as: UTF8.self))\" has the id "
            + "\(token.id) of another token")
      }
      tokens[token.id] = token.content
    }
    // As the reference implementation: what was found in normalised text is decoded so.
    for token in addedTokens.normalizedTokens { tokens[token.id] = token.content }
    self.tokens = tokens
    specialIDs = Set(added.filter(\.isSpecial).map(\.id))
    vocabularySize = tokens.count
    let addedIDs = Dictionary(added.map { ($0.content, $0.id) }) { $1 }
    let vocabulary = model.vocabulary
    func id(_ name: String) -> Int? {
      special.texts[name].flatMap { addedIDs[$0.byteString] ?? vocabulary.id($0.utf8) }
    }
    eosID = id("eos_token")
    bosID = id("bos_token")
    self.chatTemplate = chatTemplate
  }

  /// The most bytes of a token's text, as the tokenizer stores it.
  public var longestToken: Int { tokens.reduce(1) { max($0, $1?.count ?? 0) } }

  /// Encodes a text.
  ///
  /// - Parameter addSpecialTokens: put the post-processor's tokens (`<s>` …) around it.
  public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int] {
    var ids: [Int32] = []
    ids.reserveCapacity(text.utf8.count / 4 + 8)
    for part in addedTokens.split(Array(text.utf8), normalizer: normalizer) {
      switch part {
      case .token(let id): ids.append(Int32(id))
      case .text(let bytes, let isFirst):
        encoder.encode(bytes, beginsText: isFirst, into: &ids)
      }
    }
    let inside = ids.map(Int.init)
    return addSpecialTokens ? postProcessor.prefix + inside + postProcessor.suffix : inside
  }

  /// Encodes a conversation up to where the model's answer begins.
  ///
  /// - Throws: where there is no chat template, or it refuses the conversation.
  public func encode(conversation: Conversation) throws(InputError) -> [Int] {
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
    _ conversation: Conversation, addGenerationPrompt: Bool
  ) throws(InputError) -> String {
    guard let chatTemplate else {
      throw InputError(
        .missing, file: "tokenizer_config.json", field: "chat_template",
        "the model has no chat template; give it a plain prompt")
    }
    return try chatTemplate.render(conversation, addGenerationPrompt: addGenerationPrompt)
  }
}
