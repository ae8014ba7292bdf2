import Files

/// The special tokens' texts, by the names that configuration files and templates use.
struct SpecialTokens: Sendable {
  private(set) var texts: [String: String] = [:]
  /// tokenizer_config.json, if it is there.
  let configuration: JSONField?

  init(texts: [String: String]) {
    self.texts = texts
    configuration = nil
  }

  init(directory: String) throws(InputError) {
    let map = "\(directory)/special_tokens_map.json"
    let path = "\(directory)/tokenizer_config.json"
    if fileExists(map) { try Self.read(try JSONField.read(map), into: &texts) }
    if fileExists(path) {
      let root = try JSONField.read(path)
      try Self.read(root, into: &texts)
      configuration = root
    } else {
      configuration = nil
    }
  }

  private static func read(
    _ root: JSONField, into texts: inout [String: String]
  ) throws(InputError) {
    for name in ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token"] {
      guard let field = try root.optional(name) else { continue }
      if case .object = field.value {
        texts[name] = try field.required("content").string()
      } else {
        texts[name] = try field.string()
      }
    }
  }
}
