import Files
import GGUF

/// A tokenizer as a GGUF file has it, written as the `tokenizer.json` that says the same: the one
/// way in which tokenizers are read.
struct GGUFTokenizer {
  let file: TokenizerFile
  let specialTexts: [String: String]
  /// `tokenizer.chat_template`
  let template: String?

  init(_ path: String) throws(InputError) {
    let metadata = try GGUFFile(path).metadata
    let modelField = try metadata.required("tokenizer.ggml.model")
    let vocabulary = try GGUFVocabulary(metadata)
    let parts: Parts
    switch try modelField.string() {
    case "gpt2": parts = try Self.byteLevel(vocabulary)
    case "llama", "gemma": parts = try Self.scored(vocabulary)
    case let model:
      throw modelField.error(
        "a tokenizer of the kind \"\(model)\" is not supported; gpt2 and llama are")
    }
    file = try TokenizerFile(bytes: try Self.write(parts, vocabulary), path: path)
    specialTexts = try vocabulary.specialTexts()
    template = try metadata["tokenizer.chat_template"]?.string()
  }

  /// What differs between kinds of tokenizers.
  private struct Parts {
    /// All members but the model's vocabulary and merges.
    var members: [JSON.Member]
    var model: [JSON.Member]
    /// Both tokens of each: one text with a space between, or two.
    var merges: [[ByteString]]
    var addsBeginning: Bool
  }

  private static func byteLevel(_ vocabulary: GGUFVocabulary) throws(InputError) -> Parts {
    let pre = try GGUFPreTokenizer(vocabulary.metadata["tokenizer.ggml.pre"])
    let normalizer: JSON = pre.normalizes ? ["type": "NFC"] : .null
    return Parts(
      members: [
        .init("normalizer", normalizer), .init("pre_tokenizer", pre.json),
        .init("decoder", ["type": "ByteLevel"]),
      ],
      model: [.init("ignore_merges", .bool(pre.ignoresMerges))],
      merges: try vocabulary.metadata.required("tokenizer.ggml.merges").strings().map { [$0] },
      addsBeginning: pre.addsBeginning)
  }

  private static func scored(_ vocabulary: GGUFVocabulary) throws(InputError) -> Parts {
    let metadata = vocabulary.metadata
    let field = try metadata.required("tokenizer.ggml.scores")
    let scores = try field.numbers()
    guard scores.count == vocabulary.tokens.count else {
      throw field.error("has \(scores.count) elements for \(vocabulary.tokens.count) tokens")
    }
    let addsSpace = try metadata["tokenizer.ggml.add_space_prefix"]?.bool() ?? true
    func replace(_ pattern: JSON, _ content: JSON) -> JSON {
      ["type": "Replace", "pattern": ["String": pattern], "content": content]
    }
    let prepend: [JSON] = addsSpace ? [["type": "Prepend", "prepend": "▁"]] : []
    let strip: [JSON] =
      addsSpace ? [["type": "Strip", "content": " ", "start": 1, "stop": 0]] : []
    let decoders: [JSON] = [
      replace("▁", " "), ["type": "ByteFallback"], ["type": "Fuse"],
    ]
    var model: [JSON.Member] = [.init("byte_fallback", true), .init("fuse_unk", true)]
    let unknown = try vocabulary.id("unknown") ?? vocabulary.kinds.firstIndex(of: .unknown)
    if let unknown { model.append(.init("unk_token", .string(vocabulary.text(unknown)))) }
    return Parts(
      members: [
        .init(
          "normalizer",
          ["type": "Sequence", "normalizers": .array(prepend + [replace(" ", "▁")])]),
        .init("decoder", ["type": "Sequence", "decoders": .array(decoders + strip)]),
      ],
      model: model,
      merges: ScoredMerges(vocabulary, scores: scores).pairs.map { pair in
        [vocabulary.tokens[pair.left], vocabulary.tokens[pair.right]]
      },
      addsBeginning: true)
  }

  /// The tokens that a text begins and ends with.
  private static func postProcessor(
    _ vocabulary: GGUFVocabulary, addsBeginning: Bool
  ) throws(InputError) -> JSON {
    let metadata = vocabulary.metadata
    let begins = try metadata["tokenizer.ggml.add_bos_token"]?.bool() ?? addsBeginning
    let ends = try metadata["tokenizer.ggml.add_eos_token"]?.bool() ?? false
    var single: [JSON] = [["Sequence": ["id": "A"]]]
    var special: [JSON.Member] = []
    func token(_ id: Int) -> JSON {
      special.append(.init("\(id)", ["ids": [.integer(id)]]))
      return ["SpecialToken": ["id": .string("\(id)")]]
    }
    if begins, let id = try vocabulary.id("bos") { single.insert(token(id), at: 0) }
    if ends, let id = try vocabulary.id("eos") { single.append(token(id)) }
    return [
      "type": "TemplateProcessing", "single": .array(single), "special_tokens": .object(special),
    ]
  }

  /// The text of the file. Its large parts are written byte by byte: as values they would be half a
  /// million strings.
  private static func write(
    _ parts: Parts, _ vocabulary: GGUFVocabulary
  ) throws(InputError) -> [UInt8] {
    let members =
      parts.members + [
        .init("added_tokens", .array(vocabulary.added)),
        .init(
          "post_processor", try postProcessor(vocabulary, addsBeginning: parts.addsBeginning)),
      ]
    var bytes: [UInt8] = Array(JSON.object(members).compact.utf8.dropLast())
    bytes += ",\"model\":".utf8
    bytes += JSON.object(parts.model + [.init("type", "BPE")]).compact.utf8.dropLast()
    bytes += ",\"vocab\":{".utf8
    for (id, token) in vocabulary.tokens.enumerated() {
      if id > 0 { bytes.append(UInt8(ascii: ",")) }
      write(token, to: &bytes)
      bytes += ":\(id)".utf8
    }
    bytes += "},\"merges\":[".utf8
    for (index, merge) in parts.merges.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard merge.count == 2 else {
        write(merge[0], to: &bytes)
        continue
      }
      bytes.append(UInt8(ascii: "["))
      write(merge[0], to: &bytes)
      bytes.append(UInt8(ascii: ","))
      write(merge[1], to: &bytes)
      bytes.append(UInt8(ascii: "]"))
    }
    bytes += "]}}".utf8
    return bytes
  }

  private static func write(_ text: ByteString, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
