import Files
import TestSupport

@testable import Tokenizers

/// A tokenizer of the Llama 2 family, small enough to check by hand: pieces with a metaspace, all
/// bytes, `<s>` in front.
let smallLlama2: JSON = {
  var vocabulary: [JSON.Member] = []
  func add(_ token: String) {
    vocabulary.append(JSON.Member(token, .integer(vocabulary.count)))
  }
  ["<unk>", "<s>", "</s>"].forEach(add)
  for byte in 0..<256 {
    add(String(decoding: ByteFallback.name(UInt8(byte)), as: UTF8.self))
  }
  ["▁", "h", "e", "l", "o", "w", "r", "d", "he", "ll", "llo", "hello", "▁hello", "▁w"].forEach(add)
  return [
    "added_tokens": .array(
      [(0, "<unk>"), (1, "<s>"), (2, "</s>")].map {
        ["id": .integer($0.0), "content": .string($0.1), "special": true, "normalized": false]
      }),
    "normalizer": [
      "type": "Sequence",
      "normalizers": [
        ["type": "Prepend", "prepend": "▁"],
        ["type": "Replace", "pattern": ["String": " "], "content": "▁"],
      ],
    ],
    "pre_tokenizer": .null,
    "post_processor": [
      "type": "TemplateProcessing",
      "single": [
        ["SpecialToken": ["id": "<s>", "type_id": 0]], ["Sequence": ["id": "A", "type_id": 0]],
      ],
      "special_tokens": ["<s>": ["id": "<s>", "ids": [1], "tokens": ["<s>"]]],
    ],
    "decoder": [
      "type": "Sequence",
      "decoders": [
        ["type": "Replace", "pattern": ["String": "▁"], "content": " "], ["type": "ByteFallback"],
        ["type": "Fuse"], ["type": "Strip", "content": " ", "start": 1, "stop": 0],
      ],
    ],
    "model": [
      "type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
      "vocab": .object(vocabulary),
      "merges": ["h e", "l l", ["ll", "o"], "he llo", "▁ hello", "▁ w"],
    ],
  ]
}()

/// Writes a `tokenizer.json` (and other files) to a temporary directory and loads it.
func load(_ tokenizer: String, files: [String: String] = [:]) throws -> Tokenizer {
  try withTemporaryDirectory { directory in
    try writeAtomically(tokenizer, to: "\(directory)/tokenizer.json")
    for (name, text) in files { try writeAtomically(text, to: "\(directory)/\(name)") }
    return try Tokenizer(directory: directory)
  }
}

extension JSON {
  /// The object with a member replaced, added, or removed where `value` is nil; a path of keys.
  func setting(_ path: [String], to value: JSON?) -> JSON {
    guard case .object(var members) = self, let key = path.first else { return value ?? .null }
    let child = self[key] ?? .object([])
    let replaced = path.count == 1 ? value : child.setting(Array(path.dropFirst()), to: value)
    if let index = members.firstIndex(where: { $0.key == key }) {
      if let replaced { members[index].value = replaced } else { members.remove(at: index) }
    } else if let replaced {
      members.append(JSON.Member(key, replaced))
    }
    return .object(members)
  }
}
