import Files
import Tokenizers

/// Something for the model to continue.
public enum Prompt: Hashable, Sendable {
  /// Text to continue as it stands.
  case text(String)
  /// A conversation to answer, through the model's chat template.
  case messages([ChatMessage])

  /// One question of a user.
  public static func question(_ text: String) -> Prompt {
    .messages([ChatMessage(role: "user", content: text)])
  }

  /// Reads `{"prompt": "…"}` or `{"messages": [{"role": "user", "content": "…"}]}`.
  public init(_ field: JSONField) throws(InputError) {
    let text = try field.optional("prompt")
    let messages = try field.optional("messages")
    switch (text, messages) {
    case (let text?, nil): self = .text(try text.string())
    case (nil, let messages?): self = .messages(try Self.messages(messages))
    case (_?, _?):
      throw field.error("both \"prompt\" and \"messages\" are given; keep one of them")
    case (nil, nil):
      throw field.error(
        "expected {\"prompt\": \"…\"} or "
          + "{\"messages\": [{\"role\": \"user\", \"content\": \"…\"}]}")
    }
  }

  /// Reads a JSON array of messages, at least one.
  public static func messages(_ field: JSONField) throws(InputError) -> [ChatMessage] {
    let elements = try field.elements()
    guard !elements.isEmpty else { throw field.error("the conversation has no messages") }
    var messages: [ChatMessage] = []
    for element in elements {
      messages.append(
        ChatMessage(
          role: try element.required("role").string(),
          content: try element.required("content").string()))
    }
    return messages
  }
}
