import Files

/// Added tokens that stand beside tokenizer.json: `added_tokens_decoder` of tokenizer_config.json,
/// and added_tokens.json of older models.
enum FurtherTokens {
  /// Those that `known` has not.
  static func read(
    directory: String, configuration: JSONField?, known: [AddedTokens.Token],
    vocabulary: Vocabulary, special: Set<ByteString>
  ) throws(InputError) -> [AddedTokens.Token] {
    var contents = Set(known.map(\.content))
    var ids = Set(known.map(\.id))
    var tokens: [AddedTokens.Token] = []
    func add(_ token: AddedTokens.Token, _ field: JSONField) throws(InputError) {
      guard contents.insert(token.content).inserted else { return }
      let text = String(decoding: token.content, as: UTF8.self)
      let holder = vocabulary.texts.indices.contains(token.id) ? vocabulary.texts[token.id] : nil
      guard ids.insert(token.id).inserted, holder == nil || holder == token.content,
        vocabulary.id(token.content) ?? token.id == token.id
      else {
        throw field.error(
          "the added token \"\(text)\" has the id \(token.id), which tokenizer.json gives another token"
        )
      }
      tokens.append(token)
    }
    if let decoder = try configuration?.optional("added_tokens_decoder") {
      for (key, field) in try decoder.members() {
        guard let id = Int(key), (0...Vocabulary.maximumID).contains(id) else {
          throw field.error("\"\(key)\" is no id")
        }
        try add(try AddedTokens.Token(field, id: id), field)
      }
    }
    let path = "\(directory)/added_tokens.json"
    if fileExists(path) {
      for (content, field) in try JSONField.read(path).members() where !content.isEmpty {
        let id = try field.integer(in: 0...Vocabulary.maximumID)
        let token: JSON = [
          "content": .string(content), "special": .bool(special.contains(content.byteString)),
        ]
        try add(try AddedTokens.Token(JSONField(token, file: path, path: content), id: id), field)
      }
    }
    return tokens
  }
}
