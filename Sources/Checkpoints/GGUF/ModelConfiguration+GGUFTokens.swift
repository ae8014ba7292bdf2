import Files
import GGUF

extension ModelConfiguration {
  /// What ends an answer in some model, whatever its file says: llama.cpp's list.
  private static let ends: Set<String> = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>",
    "<|end_of_text|>", "<EOT>", "_<EOT>", "<end_of_utterance>",
  ]

  /// Reads the ids that begin and end texts.
  mutating func readTokenIDs(_ metadata: GGUFMetadata) throws(InputError) {
    func id(_ key: String) throws(InputError) -> Int? {
      guard let field = metadata["tokenizer.ggml.\(key)"] else { return nil }
      // −1 and ids beyond the vocabulary stand for "none" in some files.
      let id = try field.integer(in: -1...Int(UInt32.max))
      return (0..<vocabularySize).contains(id) ? id : nil
    }
    bosID = try id("bos_token_id")
    var ids: Set<Int> = []
    for key in ["eos_token_id", "eot_token_id", "eom_token_id"] {
      if let id = try id(key) { ids.insert(id) }
    }
    if let tokens = metadata["tokenizer.ggml.tokens"],
      let types = metadata["tokenizer.ggml.token_type"]
    {
      let types = try types.numbers()
      for (id, token) in zip(0..<vocabularySize, try tokens.strings()).lazy
      where id < types.count && (types[id] == 3 || types[id] == 4)
        && Self.ends.contains(String(decoding: token, as: UTF8.self))
      {
        ids.insert(id)
      }
    }
    endOfTextIDs = ids.sorted()
  }
}
