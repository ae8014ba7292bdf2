import DraftEvaluation
import Files
import Inference
import Tokenizers

/// A conversation with a model: the messages so far, and answers to new ones.
///
/// Each answer is what a generation alone would give for the same messages: the template renders
/// all of them anew, and what the KV cache has of their tokens already is merely not computed again.
final class ChatSession {
  /// The most tokens of an answer where nobody says.
  static let usualMaximumTokens = 2048

  /// What became of a message.
  struct Answer {
    let generation: Generation
    /// Plain tokens per second at the answer's end; nil where they were not measured.
    let plainTokensPerSecond: Double?
    /// Messages that were dropped before, because the context is full.
    let forgotten: Int
  }

  private let text: TextModel
  private let generator: Generator
  private let draft: Draft?
  /// Without the system's.
  private(set) var messages: [ChatMessage] = []
  /// What stands before all messages; nil for what the template says by itself.
  var system: String?

  /// - Parameter draft: nil to decode plainly.
  init(_ text: TextModel, draft: Draft?) {
    self.text = text
    self.draft = draft
    generator = text.generator(for: [], maximumTokens: text.model.configuration.contextLength)
  }

  /// The most tokens of all messages together.
  var capacity: Int { generator.capacity }

  func reset() { messages = [] }

  /// Answers a message. Where the context is full, the oldest messages are forgotten.
  ///
  /// - Parameters:
  ///   - measuresSpeedup: decode the answer's last tokens once more, plainly.
  ///   - isCancelled: stops the answer, which stays in the conversation as far as it came.
  ///   - write: called with pieces of the answer.
  /// - Throws: where the message cannot be answered; then it is no part of the conversation.
  func answer(
    _ message: String, maximumTokens: Int, sampling: Sampling, ignoringEndOfText: Bool = false,
    measuresSpeedup: Bool = false, isCancelled: () -> Bool = { false },
    write: (String) -> Void
  ) throws -> Answer {
    let before = messages
    messages.append(ChatMessage(role: "user", content: message))
    do {
      let (prompt, forgotten) = try fittedPrompt(maximumTokens)
      var stream = StreamingDecoder(text.tokenizer, skipSpecialTokens: true)
      let generation = try withoutActuallyEscaping(isCancelled) { isCancelled in
        try generator.generate(
          prompt: prompt, maximumTokens: maximumTokens, sampling: sampling, draft: draft,
          ignoringEndOfText: ignoringEndOfText, reusesCache: true,
          onTokens: { ids in
            write(ids.map { stream.append($0) }.joined())
            return !isCancelled()
          }, isCancelled: isCancelled)
      }
      write(stream.finish())
      if generation.ids.isEmpty, generation.finish == .interrupted {
        messages = before
      } else {
        let content = text.tokenizer.decode(generation.ids, skipSpecialTokens: true)
        messages.append(ChatMessage(role: "assistant", content: content))
      }
      let plain =
        measuresSpeedup && !isCancelled()
        ? try plainSpeed(prompt + generation.ids, sampling, answer: generation.ids.count) : nil
      return Answer(
        generation: generation, plainTokensPerSecond: plain, forgotten: forgotten)
    } catch {
      messages = before
      throw error
    }
  }

  /// The conversation's tokens, with room for an answer.
  private func fittedPrompt(
    _ maximumTokens: Int
  ) throws -> (prompt: [Int], forgotten: Int) {
    let room = max(1, min(maximumTokens, capacity / 4))
    var forgotten = 0
    while true {
      let prompt = try prompt()
      if prompt.count + room <= capacity { return (prompt, forgotten) }
      // A turn is a user's message and what follows it.
      if let next = messages.dropFirst().firstIndex(where: { $0.role == "user" }) {
        forgotten += next
        messages.removeFirst(next)
        continue
      }
      guard prompt.count < capacity else {
        throw InputError(
          file: "the message",
          "it has \(prompt.count) tokens with its template, and the model's context only "
            + "\(capacity); shorten it")
      }
      return (prompt, forgotten)
    }
  }

  private func prompt() throws -> [Int] {
    let first = system.map { [ChatMessage(role: "system", content: $0)] } ?? []
    let conversation = Conversation(first + messages)
    let prompt = EncodedPrompt(
      ids: try text.tokenizer.encode(conversation: conversation), name: "the conversation")
    try text.check(
      prompt, of: PromptSet(source: "terminal", prompts: [Prompt(.conversation(conversation))]))
    return prompt.ids
  }

  /// Tokens per second of decoding the end of a text plainly, which leaves the cache as it is where
  /// decoding is greedy; nil where there is too little to measure, or nothing to compare with.
  private func plainSpeed(_ text: [Int], _ sampling: Sampling, answer: Int) throws -> Double? {
    let count = 16
    guard draft != nil, answer > count else { return nil }
    return try generator.generate(
      prompt: Array(text.dropLast(count)), maximumTokens: count, sampling: sampling,
      ignoringEndOfText: true, reusesCache: true
    ).telemetry.tokensPerSecond
  }
}
