import Files
import Foundation
import TestSupport
import Testing

@testable import Tokenizers

@Suite("A tokenizer in a GGUF file")
struct GGUFTokenizerTests {
  /// Tokens with scores as SentencePiece has them: all bytes, some letters, some words.
  private static func scored(_ addsSpace: Bool?) -> GGUFBuilder {
    var tokens = ["<unk>", "<s>", "</s>"]
    var types: [Int32] = [2, 3, 3]
    for byte in 0..<256 {
      let digits = String(byte, radix: 16, uppercase: true)
      tokens.append("<0x\(digits.count == 1 ? "0" : "")\(digits)>")
      types.append(6)
    }
    var scores = [Float](repeating: 0, count: tokens.count)
    let words = ["▁h", "el", "▁hel", "lo", "▁hello", "ll", "▁w"]
    for (rank, word) in words.enumerated() {
      tokens.append(word)
      scores.append(-Float(rank + 1))
      types.append(1)
    }
    for letter in "▁helowr" {
      tokens.append(String(letter))
      scores.append(-100)
      types.append(1)
    }
    tokens.append("<tool>")
    scores.append(-1000)
    types.append(4)
    var file = GGUFBuilder()
    file.metadata = [
      ("tokenizer.ggml.model", .string("llama")), ("tokenizer.ggml.tokens", .strings(tokens)),
      ("tokenizer.ggml.scores", .floats(scores)), ("tokenizer.ggml.token_type", .integers(types)),
      ("tokenizer.ggml.bos_token_id", .uint32(1)), ("tokenizer.ggml.eos_token_id", .uint32(2)),
      ("tokenizer.ggml.unknown_token_id", .uint32(0)),
    ]
    if let addsSpace {
      file.metadata.append(("tokenizer.ggml.add_space_prefix", .bool(addsSpace)))
    }
    return file
  }

  private func open(_ file: GGUFBuilder) throws -> Tokenizer {
    try withTemporaryDirectory { directory in
      try Tokenizer(path: try file.write(to: directory))
    }
  }

  private func texts(_ tokenizer: Tokenizer, _ ids: [Int]) -> [String] {
    ids.map { String(decoding: tokenizer.tokens[$0] ?? [], as: UTF8.self) }
  }

  @Test("merges by scores, falls back to bytes, and begins with a space and <s>")
  func scores() throws {
    let tokenizer = try open(Self.scored(nil))
    let ids = tokenizer.encode("hello wor\u{E9}")
    #expect(
      texts(tokenizer, ids) == ["<s>", "▁hello", "▁w", "o", "r", "<0xC3>", "<0xA9>"])
    #expect(tokenizer.decode(ids, skipSpecialTokens: true) == "hello wor\u{E9}")
    #expect(tokenizer.bosID == 1 && tokenizer.eosID == 2 && !tokenizer.hasChatTemplate)
    // "ll" is merged after "el" and "lo", which leave it nothing.
    #expect(texts(tokenizer, tokenizer.encode("ll", addSpecialTokens: false)) == ["▁", "ll"])
    // Special and user's tokens are found as they are; the latter are text.
    let mixed = tokenizer.encode("h<tool></s>", addSpecialTokens: false)
    #expect(texts(tokenizer, mixed) == ["▁h", "<tool>", "</s>"])
    #expect(tokenizer.decode(mixed, skipSpecialTokens: true) == "h<tool>")
  }

  @Test("has no space at the beginning where the file says so")
  func prefix() throws {
    var file = Self.scored(false)
    file.metadata.append(("tokenizer.ggml.add_bos_token", .bool(false)))
    file.metadata.append(("tokenizer.ggml.add_eos_token", .bool(true)))
    let tokenizer = try open(file)
    let ids = tokenizer.encode("hello hello")
    #expect(texts(tokenizer, ids) == ["h", "el", "lo", "▁hello", "</s>"])
    #expect(tokenizer.decode(ids, skipSpecialTokens: true) == "hello hello")
  }

  /// A byte-level vocabulary of some letters and merges.
  private static func bytes(_ pre: String?) -> GGUFBuilder {
    var file = GGUFBuilder()
    let tokens =
      ["<|end|>", "<s>", "a", "b", "1", "2", "Ġ", "'", "s", "S", "ab", "Ġa", "12", "'s", "S1"]
    file.metadata = [
      ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.tokens", .strings(tokens)),
      (
        "tokenizer.ggml.token_type",
        .integers([3, 3] + Array(repeating: 1, count: tokens.count - 2))
      ),
      ("tokenizer.ggml.merges", .strings(["a b", "Ġ a", "1 2", "' s"])),
      ("tokenizer.ggml.bos_token_id", .uint32(1)),
      ("tokenizer.ggml.eos_token_id", .uint32(0)),
      (
        "tokenizer.chat_template",
        .string("{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}")
      ),
    ]
    if let pre { file.metadata.append(("tokenizer.ggml.pre", .string(pre))) }
    return file
  }

  @Test("cuts text by the name of its pre-tokenizer, and has the chat template")
  func preTokenizers() throws {
    func encoded(_ pre: String?, _ text: String) throws -> [String] {
      let tokenizer = try open(Self.bytes(pre))
      return texts(tokenizer, tokenizer.encode(text))
    }
    #expect(try encoded("gpt-2", "ab a 12") == ["ab", "Ġa", "Ġ", "12"])
    // Single digits; Llama 3's vocabulary begins texts with a token.
    #expect(try encoded("smollm", "ab12") == ["ab", "1", "2"])
    #expect(try encoded("qwen2", "ab12") == ["ab", "1", "2"])
    #expect(try encoded("llama-bpe", "ab12") == ["<s>", "ab", "12"])
    #expect(try encoded("tekken", "ab12") == ["<s>", "ab", "1", "2"])
    #expect(try encoded("gpt-4o", "ab12'") == ["ab", "12", "'"])
    #expect(try encoded("deepseek-llm", "ab a12'") == ["ab", "Ġa", "12", "'"])
    #expect(try encoded("viking", "ab a12'") == ["ab", "Ġa", "1", "2", "'"])
    #expect(try encoded(nil, "ab12") == ["ab", "12"])
    let tokenizer = try open(Self.bytes("gpt-2"))
    #expect(
      try tokenizer.renderChat(
        Conversation([ChatMessage(role: "user", content: "ab")]), addGenerationPrompt: true)
        == "<s>ab")
    #expect(tokenizer.encode("ab<|end|>") == [10, 0])
  }

  @Test("every name that is known has expressions that compile")
  func names() throws {
    for name in [
      "llama3", "llama-v3", "llama-bpe", "falcon3", "pixtral", "smaug-bpe", "dbrx", "chatglm-bpe",
      "qwen2", "deepseek-r1-qwen", "stablelm2", "tekken", "gpt-4o", "llama4", "gpt-2", "phi-2",
      "mpt", "olmo", "jais", "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone",
      "deepseek-v3", "deepseek-coder", "deepseek-llm", "falcon", "default", "viking", "seed-coder",
      "minicpm5", "f2llmv2", "kormo", "megrez", "mellum", "mellum2", "trillion", "a.x-4.0",
      "gigachat", "granite-docling", "joyai-llm", "hunyuan-dense", "kanana2", "glm4",
    ] {
      let tokenizer = try open(Self.bytes(name))
      let text = "ab ab12's a\n 'S ab"
      let ids = tokenizer.encode(text, addSpecialTokens: false)
      // The vocabulary has no newline.
      #expect(
        tokenizer.decode(ids, skipSpecialTokens: true)
          == text.replacingOccurrences(
            of: "\n", with: ""), "\(name)")
    }
  }

  @Test("of an unknown kind, or with lists that do not fit, is refused")
  func refused() throws {
    func check(_ field: String, _ word: String, _ change: (inout GGUFBuilder) -> Void) throws {
      var file = Self.bytes("gpt-2")
      change(&file)
      try withTemporaryDirectory { directory in
        let path = try file.write(to: directory)
        do {
          _ = try Tokenizer(path: path)
          Issue.record("read")
        } catch let error as InputError {
          #expect(error.file == path && error.field == field, "\(error)")
          #expect(error.problem.contains(word), "\(error)")
        }
      }
    }
    try check("tokenizer.ggml.model", "\"bert\"") { $0.metadata[0].value = .string("bert") }
    try check("tokenizer.ggml.pre", "\"poro-chat\"") {
      $0.metadata[7].value = .string("poro-chat")
    }
    try check("tokenizer.ggml.token_type", "1 elements for 15 tokens") {
      $0.metadata[2].value = .integers([1])
    }
    try check("tokenizer.ggml.merges", "missing") { $0.metadata.remove(at: 3) }
    try check("tokenizer.ggml.tokens", "array") { $0.metadata[1].value = .uint32(3) }
    // How it is made of others would take for ever to find.
    try check("tokenizer.ggml.tokens[1]", "a token of 2000000 bytes") {
      let long = String(repeating: "a", count: 2_000_000)
      $0.metadata[1].value = .strings(["a", long])
    }
  }
}
