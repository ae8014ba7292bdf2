import Files

/// A conversation, and what else its template is given.
public struct Conversation: Hashable, Sendable {
  /// At least one.
  public var messages: [ChatMessage]
  /// Variables of the template beside the messages: `tools`, `documents`, and others by their names.
  public private(set) var variables: [JSON.Member] = []

  /// A conversation of messages alone.
  public init(_ messages: [ChatMessage]) { self.messages = messages }

  /// Reads an array of messages, or an object with `messages`, and perhaps `tools`, `documents`, and
  /// `chat_template_kwargs`: an object with further variables, as transformers' `apply_chat_template`
  /// takes them. Other members of the object are left alone.
  public init(_ field: JSONField) throws(InputError) {
    guard case .object = field.value else {
      messages = try Self.messages(field)
      return
    }
    messages = try Self.messages(try field.required("messages"))
    for name in ["tools", "documents"] {
      guard let value = try field.optional(name) else { continue }
      guard case .array = value.value else { throw value.mismatch("an array") }
      variables.append(JSON.Member(name, value.value))
    }
    guard let others = try field.optional("chat_template_kwargs") else { return }
    for (name, value) in try others.members() {
      guard !["messages", "tools", "documents", "add_generation_prompt"].contains(name) else {
        throw value.error("\"\(name)\" cannot be given here")
      }
      variables.append(JSON.Member(name, value.value))
    }
  }

  private static func messages(_ field: JSONField) throws(InputError) -> [ChatMessage] {
    let elements = try field.elements()
    guard !elements.isEmpty else { throw field.error("the conversation has no messages") }
    var messages: [ChatMessage] = []
    for element in elements { messages.append(try ChatMessage(element)) }
    return messages
  }

  private var variablesText: String { JSON.object(variables).compact }

  /// Equal where all that a template sees is.
  public static func == (a: Conversation, b: Conversation) -> Bool {
    a.messages == b.messages && a.variablesText == b.variablesText
  }

  /// By all that a template sees.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(messages)
    hasher.combine(variablesText)
  }
}
