import Files

/// One message of a conversation, with all its members: templates know more of them than we do
/// (`tool_calls`, `name`, `reasoning_content` …).
public struct ChatMessage: Hashable, Sendable {
  /// The JSON object that it is.
  public let json: JSON
  /// `system`, `user`, `assistant`, `tool`, or what else the model's template knows.
  public let role: String

  /// Creates a message of a text.
  public init(role: String, content: String) {
    self.role = role
    json = ["role": .string(role), "content": .string(content)]
  }

  /// Reads `{"role": "user", "content": "…"}`. The content may be null, a list of parts, or absent
  /// beside other members, as in the messages of assistants that call tools.
  public init(_ field: JSONField) throws(InputError) {
    role = try field.required("role").string()
    json = field.value
    guard let content = field.value["content"] else {
      guard case .object(let members) = field.value, members.count > 1 else {
        throw InputError(
          file: field.file, field: "\(field.path).content", "the field is missing")
      }
      return
    }
    switch content {
    case .string, .null: break
    case .array:
      for part in try field.required("content").elements() {
        switch part.value {
        case .object, .string: break
        default: throw part.mismatch("an object or a string")
        }
      }
    default:
      throw try field.required("content").mismatch("a string, a list of parts, or null")
    }
  }

  /// The content's text: of a list of parts that of all together.
  public var text: String {
    switch json["content"] {
    case .string(let text): text
    case .array(let parts):
      parts.map { part in
        if case .string(let text) = part { return text }
        if case .string(let text)? = part["text"] { return text }
        return ""
      }.joined()
    default: ""
    }
  }

  /// Equal where their JSON is.
  public static func == (a: ChatMessage, b: ChatMessage) -> Bool {
    a.json.compact == b.json.compact
  }

  /// By the JSON.
  public func hash(into hasher: inout Hasher) { hasher.combine(json.compact) }
}
