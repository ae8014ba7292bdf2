import Files
import Tokenizers

/// Something for the model to continue.
public struct Prompt: Hashable, Sendable {
  /// What is continued.
  public enum Content: Hashable, Sendable {
    /// Text to continue as it stands.
    case text(String)
    /// A conversation to answer, through the model's chat template.
    case conversation(Conversation)
  }

  /// What is continued.
  public var content: Content
  /// What sort of work this is, in the words of whoever wrote the prompts (`summary`): figures are
  /// shown kind by kind. Nil where nobody said.
  public var kind: String?

  /// A prompt of a kind.
  public init(_ content: Content, kind: String? = nil) {
    self.content = content
    self.kind = kind
  }

  /// Text to continue as it stands.
  public static func text(_ text: String, kind: String? = nil) -> Prompt {
    Prompt(.text(text), kind: kind)
  }

  /// A conversation to answer.
  public static func messages(_ messages: [ChatMessage], kind: String? = nil) -> Prompt {
    Prompt(.conversation(Conversation(messages)), kind: kind)
  }

  /// One question of a user.
  public static func question(_ text: String, kind: String? = nil) -> Prompt {
    .messages([ChatMessage(role: "user", content: text)], kind: kind)
  }

  /// Reads `{"prompt": "…"}` or `{"messages": [{"role": "user", "content": "…"}]}`, with a
  /// `"kind": "…"` or without; a conversation may have `tools`, `documents` and
  /// `chat_template_kwargs` (see `Conversation`). Other members are left alone.
  public init(_ field: JSONField) throws(InputError) {
    let text = try field.optional("prompt")
    let messages = try field.optional("messages")
    switch (text, messages) {
    case (let text?, nil): content = .text(try text.string())
    case (nil, _?): content = .conversation(try Conversation(field))
    case (_?, _?):
      throw field.error("both \"prompt\" and \"messages\" are given; keep one of them")
    case (nil, nil):
      throw field.error(
        "expected {\"prompt\": \"…\"} or "
          + "{\"messages\": [{\"role\": \"user\", \"content\": \"…\"}]}")
    }
    guard let member = try field.optional("kind") else { return }
    let kind = try member.string()
    guard !kind.isEmpty else { throw member.error("a kind has a name; leave it out otherwise") }
    self.kind = kind
  }
}
