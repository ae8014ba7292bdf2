import Files
import TestSupport
import Testing

@testable import Tokenizers

/// Tests/Fixtures/golden/text: ids, decoded texts and rendered chats from Hugging Face's tokenizers
/// and transformers.
@Suite("Texts agree with Hugging Face's tokenizers")
struct GoldenTextTests {
  private static func check(_ name: String, directory: String) throws {
    let golden = try JSONField.read(fixture("golden/text/\(name).json"))
    let tokenizer = try Tokenizer(directory: directory)
    func ids(_ field: JSONField) throws -> [Int] { try field.elements().map { try $0.integer() } }
    for entry in try golden.required("encode").elements() {
      let text = try entry.required("text").string()
      let expected = try ids(entry.required("ids"))
      #expect(
        tokenizer.encode(text, addSpecialTokens: false) == expected, "\(text.debugDescription)")
      #expect(tokenizer.encode(text) == (try ids(entry.required("ids_with_special"))))
      let decoded = try entry.required("decoded").string()
      #expect(tokenizer.decode(expected, skipSpecialTokens: false).utf8.elementsEqual(decoded.utf8))
      let skipped = try entry.required("decoded_skip_special").string()
      #expect(tokenizer.decode(expected, skipSpecialTokens: true).utf8.elementsEqual(skipped.utf8))
    }
    for chat in try golden.required("chat").elements() {
      let messages = try chat.required("messages").elements().map {
        ChatMessage(
          role: try $0.required("role").string(), content: try $0.required("content").string())
      }
      let generation = try chat.required("add_generation_prompt").bool()
      if let text = try chat.optional("text") {
        let rendered = try tokenizer.renderChat(
          Conversation(messages), addGenerationPrompt: generation)
        #expect(rendered.utf8.elementsEqual(try text.string().utf8))
      } else {
        #expect(throws: InputError.self) {
          try tokenizer.renderChat(
            Conversation(messages), addGenerationPrompt: generation)
        }
      }
    }
  }

  @Test("the reference model's")
  func reference() throws {
    try Self.check("reference", directory: referenceModel)
  }

  @Test(
    "third-party ones, where they are at hand",
    .enabled(if: fileExists("\(sharedFolder)/tokenizers")),
    arguments: ["SmolLM2", "TinyLlama-1.1B-Chat"])
  func thirdParty(name: String) throws {
    try Self.check(name, directory: "\(sharedFolder)/tokenizers/\(name)")
  }
}
