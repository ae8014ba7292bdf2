import Files
import Tokenizers

/// What turns prompts into token ids: the model's tokenizer and chat template.
public protocol PromptEncoder {
  /// Whether the model has a chat template.
  var hasChatTemplate: Bool { get }

  /// The most bytes of a token.
  var longestToken: Int { get }

  /// The ids of a text as it stands, with the special tokens that the tokenizer adds to every text.
  func ids(text: String) throws(InputError) -> [Int]

  /// The ids of a conversation rendered by the chat template, up to where the answer begins.
  func ids(conversation: Conversation) throws(InputError) -> [Int]
}

extension Tokenizer: PromptEncoder {
  /// The ids of a text, special tokens around it.
  public func ids(text: String) throws(InputError) -> [Int] { encode(text) }

  /// The ids of a rendered conversation; the template has written the special tokens already.
  public func ids(conversation: Conversation) throws(InputError) -> [Int] {
    try encode(conversation: conversation)
  }
}

/// A prompt as the model sees it.
public struct EncodedPrompt: Hashable, Sendable {
  /// Token ids.
  public var ids: [Int]
  /// What the prompt is called in its source (`line 3`).
  public var name: String
  /// `Prompt.kind`
  public var kind: String?

  /// Ids with their name, of a prompt of a kind.
  public init(ids: [Int], name: String, kind: String? = nil) {
    self.ids = ids
    self.name = name
    self.kind = kind
  }
}

extension PromptSet {
  /// Encodes every prompt. A conversation with a model that has no chat template becomes
  /// `Question: …\nAnswer:`.
  ///
  /// - Parameter contextLength: the positions of the model; a prompt must leave room for an answer.
  /// - Throws: naming source and prompt, where a prompt is too long, or empty.
  public func encoded(
    by encoder: some PromptEncoder, contextLength: Int
  ) throws(InputError) -> [EncodedPrompt] {
    var encoded: [EncodedPrompt] = []
    var tooLong: InputError?
    // A text of more bytes has too many tokens, whatever they are: nobody needs to count them. (A
    // normalizer may make a text shorter, but by no more than that.)
    let (bytes, overflows) = (4 * encoder.longestToken).multipliedReportingOverflow(
      by: contextLength)
    let mostBytes = overflows ? .max : bytes
    for (prompt, name) in zip(prompts, names) {
      if case .text(let text) = prompt.content, text.utf8.count > mostBytes {
        let error = InputError(
          file: source, field: name,
          "the prompt has \(text.utf8.count) bytes, more tokens than the model's context of "
            + "\(contextLength); shorten the prompt")
        guard leavesOutLongPrompts else { throw error }
        tooLong = tooLong ?? error
        continue
      }
      let ids: [Int]
      do throws(InputError) {
        ids = try Self.ids(prompt, encoder)
      } catch {
        // A chat template's error names the template's file too.
        throw InputError(error.kind, file: source, field: name, error.description)
      }
      guard !ids.isEmpty else {
        throw InputError(file: source, field: name, "the prompt has no tokens")
      }
      guard ids.count < contextLength else {
        let error = InputError(
          file: source, field: name,
          "the prompt has \(ids.count) tokens, and the model's context only \(contextLength); "
            + "shorten the prompt")
        guard leavesOutLongPrompts else { throw error }
        tooLong = tooLong ?? error
        continue
      }
      encoded.append(EncodedPrompt(ids: ids, name: name, kind: prompt.kind))
    }
    if encoded.isEmpty, let tooLong { throw tooLong }
    return encoded
  }

  private static func ids(
    _ prompt: Prompt, _ encoder: some PromptEncoder
  ) throws(InputError) -> [Int] {
    switch prompt.content {
    case .text(let text): try encoder.ids(text: text)
    case .conversation(let conversation):
      encoder.hasChatTemplate
        ? try encoder.ids(conversation: conversation)
        : try encoder.ids(text: plainForm(conversation.messages))
    }
  }

  /// A conversation for a model without a chat template.
  static func plainForm(_ messages: [ChatMessage]) -> String {
    var text = ""
    for message in messages {
      switch message.role {
      case "user": text += "Question: \(message.text)\n"
      case "assistant": text += "Answer: \(message.text)\n\n"
      default: text += "\(message.text)\n\n"
      }
    }
    return text + "Answer:"
  }
}
