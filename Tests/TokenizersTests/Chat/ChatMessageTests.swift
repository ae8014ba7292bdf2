import Files
import Testing
import Tokenizers

@Suite("Messages")
struct ChatMessageTests {
  private func read(_ json: JSON) throws -> [ChatMessage] {
    try ChatMessage.conversation(JSONField(json, file: "chat.json", path: "messages"))
  }

  @Test("a JSON array becomes a conversation")
  func conversation() throws {
    #expect(
      try read([["role": "system", "content": "a"], ["content": "b", "role": "user"]])
        == [ChatMessage(role: "system", content: "a"), ChatMessage(role: "user", content: "b")])
  }

  @Test(
    "what is none is refused, with the field's name",
    arguments: [
      ([], "chat.json: messages: the conversation has no messages"),
      (["role": "user"], "chat.json: messages: expected an array, found an object"),
      ([["role": "user"]], "chat.json: messages[0].content: the field is missing"),
      ([["role": 1, "content": ""]], "chat.json: messages[0].role: expected a string, found"),
    ] as [(JSON, String)])
  func refusals(json: JSON, expected: String) {
    let error = #expect(throws: InputError.self) { try read(json) }
    #expect(error?.description.hasPrefix(expected) == true)
  }
}
