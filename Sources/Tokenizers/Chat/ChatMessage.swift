import Files

/// One message of a conversation.
public struct ChatMessage: Hashable, Sendable {
  /// `system`, `user`, `assistant`, or what else the model's template knows.
  public var role: String
  /// The text.
  public var content: String

  /// Creates a message.
  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }

  /// Reads a JSON array of messages, at least one: `[{"role": "user", "content": "…"}]`.
  public static func conversation(_ field: JSONField) throws(InputError) -> [ChatMessage] {
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
