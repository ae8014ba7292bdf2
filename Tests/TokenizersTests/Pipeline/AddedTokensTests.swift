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
}
