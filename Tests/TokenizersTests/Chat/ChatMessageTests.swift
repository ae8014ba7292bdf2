import Files
import Testing
import Tokenizers

@Suite("Messages")
struct ChatMessageTests {
  private func read(_ json: JSON) throws -> Conversation {
    try Conversation(JSONField(json, file: "chat.json", path: "messages"))
  }

  @Test("a JSON array becomes a conversation, every member kept")
  func conversation() throws {
    let conversation = try read([
      ["role": "system", "content": "a"],
      ["role": "assistant", "content": .null, "tool_calls": [["id": "1"]]],
      ["role": "user", "content": [["type": "text", "text": "b"], "c"]],
      ["role": "assistant", "reasoning_content": "d"],
    ])
    #expect(conversation.messages.map(\.role) == ["system", "assistant", "user", "assistant"])
    #expect(conversation.messages.map(\.text) == ["a", "", "bc", ""])
    #expect(conversation.messages[0] == ChatMessage(role: "system", content: "a"))
    #expect(conversation.messages[1].json.compact.contains(#""tool_calls": [{"id": "1"}]"#))
  }

  @Test("an object brings tools, documents and further variables")
  func variables() throws {
    let conversation = try read([
      "messages": [["role": "user", "content": "a"]], "tools": [["name": "f"]], "documents": .null,
      "chat_template_kwargs": ["enable_thinking": false], "id": 7,
    ])
    #expect(conversation.variables.map(\.key) == ["tools", "enable_thinking"])
  }

  @Test(
    "what is none is refused, with the field's name",
    arguments: [
      ([], "chat.json: messages: the conversation has no messages"),
      (["role": "user"], "chat.json: messages.messages: the field is missing"),
      ("hi", "chat.json: messages: expected an array, found a string"),
      ([["role": "user"]], "chat.json: messages[0].content: the field is missing"),
      ([["role": 1, "content": ""]], "chat.json: messages[0].role: expected a string, found"),
      (
        [["role": "user", "content": [1]]], "chat.json: messages[0].content[0]: expected an object"
      ),
      ([["role": "user", "content": 1]], "chat.json: messages[0].content: expected a string, a"),
      (
        ["messages": [["role": "user", "content": ""]], "tools": "f"],
        "chat.json: messages.tools: expected an array"
      ),
      (
        [
          "messages": [["role": "user", "content": ""]],
          "chat_template_kwargs": ["messages": []],
        ], "chat.json: messages.chat_template_kwargs.messages: \"messages\" cannot be given here"
      ),
    ] as [(JSON, String)])
  func refusals(json: JSON, expected: String) {
    let error = #expect(throws: InputError.self) { try read(json) }
    #expect(error?.description.hasPrefix(expected) == true)
  }
}
