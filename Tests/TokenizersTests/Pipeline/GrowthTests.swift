import Files
import Testing

@testable import Tokenizers

@Suite("Growth of text")
struct GrowthTests {
  private static func replacement(_ pattern: String, _ content: String) -> JSON {
    ["type": "Replace", "pattern": ["String": .string(pattern)], "content": .string(content)]
  }

  /// Steps that multiply: a text of some characters would become gigabytes.
  @Test(
    "steps that double a text again and again are refused where they are read",
    arguments: [
      ("pre_tokenizer", "pretokenizers", ["type": "ByteLevel", "use_regex": false]),
      ("normalizer", "normalizers", ["type": "ByteLevel"]),
      ("normalizer", "normalizers", replacement("a", "aa")),
      (
        "normalizer", "normalizers",
        ["type": "Replace", "pattern": ["Regex": "a"], "content": "aa"]
      ),
      ("normalizer", "normalizers", ["type": "NFKD"]),
      ("decoder", "decoders", replacement("a", "aa")),
    ] as [(String, String, JSON)])
  func doubling(_ part: String, _ list: String, _ step: JSON) throws {
    func tokenizer(_ count: Int) throws -> Tokenizer {
      let steps = JSON.array(Array(repeating: step, count: count))
      return try load(
        smallLlama2.setting([part], to: ["type": "Sequence", list: steps]).compact)
    }
    let few = try tokenizer(4)
    #expect(!few.encode("aé").isEmpty)
    let error = #expect(throws: InputError.self) { try tokenizer(60) }
    #expect(error.map { "\($0)" }?.contains("65536 times as long") == true)
  }

  /// As the normaliser's and the pre-tokenizer's steps come one after the other.
  @Test("what both parts do to a text counts together")
  func both() throws {
    let doubled = JSON.array(
      Array(repeating: ["type": "ByteLevel", "use_regex": false], count: 10))
    let json = smallLlama2.setting(
      ["normalizer"], to: ["type": "Sequence", "normalizers": doubled])
    #expect(throws: Never.self) { try load(json.compact) }
    let pre = json.setting(["pre_tokenizer"], to: ["type": "Sequence", "pretokenizers": doubled])
    #expect(throws: InputError.self) { try load(pre.compact) }
  }

  @Test("thousands of steps that each add a little are refused, hundreds are not")
  func steps() throws {
    func tokenizer(_ count: Int) throws -> Tokenizer {
      let steps = JSON.array(Array(repeating: ["type": "Prepend", "prepend": "▁"], count: count))
      return try load(
        smallLlama2.setting(["normalizer"], to: ["type": "Sequence", "normalizers": steps]).compact)
    }
    #expect(try !tokenizer(900).encode("a").isEmpty)
    #expect(throws: InputError.self) { try tokenizer(1001) }
  }
}
