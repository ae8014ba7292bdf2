import Checkpoints
import DraftEvaluation
import Files
import Inference
import TestSupport
import Testing
import Tokenizers

@testable import CommandLineInterface

@Suite("A conversation")
struct ChatSessionTests {
  private func withText(
    contextLength: Int = 512, _ body: (TextModel) throws -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      try TinyModel.writeTalking(to: directory, contextLength: contextLength)
      try body(try TextModel(ModelOptions(directory: directory, threads: 2)))
    }
  }

  private static let drafts: [Draft?] = [
    nil,
    Draft(
      model: DraftModel(skip: SkipSet(attention: [1], mlp: [3]), weights: .uniform(.fourBits)),
      stop: StopRule(maximum: 4, criterion: .fixed)),
    Draft(
      model: .full,
      stop: StopRule(maximum: 0, criterion: .fixed, lookup: LookupPolicy.auto.standard)),
  ]

  @Test(
    "each answer is what a generation alone gives, and only new tokens are computed",
    arguments: 0..<drafts.count)
  func answers(index: Int) throws {
    let draft = Self.drafts[index]
    try withText { text in
      let session = ChatSession(text, draft: draft)
      session.system = "Be brief."
      var known = 0
      for (turn, message) in ["Hello there", "And then?", "Once upon a time", "x"].enumerated() {
        let sampling =
          turn == 2 && draft == nil ? Sampling(temperature: 0.8, topK: 20, seed: 3) : .greedy
        var streamed = ""
        // A part of an answer, now and then: then the rest is not in the conversation.
        var pieces = 0
        let answer = try session.answer(
          message, maximumTokens: 24, sampling: sampling, measuresSpeedup: turn == 1,
          isCancelled: { turn == 0 && pieces > 5 }
        ) { piece in
          streamed += piece
          pieces += 1
        }
        let before =
          [ChatMessage(role: "system", content: "Be brief.")] + session.messages.dropLast()
        let prompt = try text.tokenizer.encode(conversation: Conversation(before))
        let alone = try text.generator(for: [], maximumTokens: 512).generate(
          prompt: prompt, maximumTokens: 24, sampling: sampling, draft: draft)
        #expect(answer.generation.ids == Array(alone.ids.prefix(answer.generation.ids.count)))
        if turn > 0 { #expect(answer.generation.ids.count == alone.ids.count) }
        #expect(session.messages.last?.text == streamed && session.messages.count == 2 * turn + 2)
        let telemetry = answer.generation.telemetry
        #expect(telemetry.promptTokenCount == prompt.count)
        #expect(turn == 0 ? telemetry.reusedTokenCount == 0 : telemetry.reusedTokenCount >= known)
        known = prompt.count - 3
        if turn == 1, draft != nil, answer.generation.ids.count > 16 {
          #expect(answer.plainTokensPerSecond ?? 0 > 0)
        }
      }
      session.reset()
      #expect(session.messages.isEmpty)
    }
  }

  @Test("a full context forgets the oldest messages, and a message too long for it is refused")
  func fullContext() throws {
    try withText(contextLength: 96) { text in
      let session = ChatSession(text, draft: nil)
      var forgotten = 0
      for turn in 0..<8 {
        let answer = try session.answer(
          "message \(turn)", maximumTokens: 12, sampling: .greedy, ignoringEndOfText: true
        ) { _ in }
        forgotten += answer.forgotten
        #expect(answer.generation.ids.count == 12)
        #expect(session.messages.first?.role == "user" && session.messages.count % 2 == 0)
        #expect(session.messages.dropLast().last?.text == "message \(turn)")
      }
      #expect(forgotten > 0 && session.messages.count == 16 - forgotten)
      let before = session.messages
      #expect(throws: InputError.self) {
        try session.answer(
          String(repeating: "far too long ", count: 60), maximumTokens: 12, sampling: .greedy
        ) { _ in }
      }
      #expect(session.messages == before)
    }
  }
}
