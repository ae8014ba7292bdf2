/// One message of a conversation.
public struct ChatMessage: Hashable, Sendable {
  /// `system`, `user`, `assistant`, or what else the model's template knows.
  public var role: String
  /// The text.
  public var content: String

  /// A message.
  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}
