import Files
import Testing

@testable import Tokenizers

@Suite("Added tokens")
struct AddedTokensTests {
  @Test("added tokens keep to their flags: longest first, single words, stripping")
  func addedTokens() throws {
    func token(_ id: Int, _ content: String, _ flags: [String]) -> JSON {
      .object(
        [JSON.Member("id", .integer(id)), JSON.Member("content", .string(content))]
          + flags.map { JSON.Member($0, true) })
    }
    let json = smallLlama2.setting(
      ["added_tokens"],
      to: [
        token(300, "<a>", []), token(301, "<a><b>", []), token(302, "dog", ["single_word"]),
        token(303, "<l>", ["lstrip"]), token(304, "<r>", ["rstrip"]),
      ])
    let tokenizer = try load(json.compact)
    func ids(_ text: String) -> [Int] { tokenizer.encode(text, addSpecialTokens: false) }
    #expect(ids("<a><a><b>") == [300, 301])
    #expect(ids("dog") == [302] && !ids("doghouse").contains(302))
    #expect(ids("hello  <l>") == ids("hello") + [303])
    #expect(ids("<r>  hello") == [304] + ids("hello"))
    #expect(tokenizer.vocabularySize == 305)
  }

  @Test("thousands of added tokens with one beginning are told apart, and joiners are of words")
  func manyTokens() throws {
    var tokens = (0..<3000).map { number -> JSON in
      ["id": .integer(300 + number), "content": .string("<unused\(number)>")]
    }
    tokens.append(["id": 3300, "content": "dog", "single_word": true])
    let tokenizer = try load(
      smallLlama2.setting(["added_tokens"], to: .array(tokens)).compact)
    func ids(_ text: String) -> [Int] { tokenizer.encode(text, addSpecialTokens: false) }
    #expect(ids("<unused7><unused77><unused2999>") == [307, 377, 3299])
    #expect(!ids("<unused3000>").contains { $0 >= 300 })
    #expect(ids("dog ").contains(3300) && !ids("dog\u{200D}").contains(3300))
  }

  /// By PyPI's `tokenizers` 0.23.3.
  @Test("what is found in normalised text is decoded as its normalised self")
  func normalized() throws {
    let token: JSON = ["id": 300, "content": "DOG", "normalized": true]
    let json = smallLlama2.setting(["added_tokens"], to: [token])
      .setting(["normalizer"], to: ["type": "Lowercase"])
    let tokenizer = try load(json.compact)
    #expect(tokenizer.encode("Dog", addSpecialTokens: false) == [300])
    #expect(tokenizer.decode([300], skipSpecialTokens: false) == "dog")
  }
}
