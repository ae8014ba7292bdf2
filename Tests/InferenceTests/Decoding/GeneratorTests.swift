import Checkpoints
import Testing

@testable import Inference

@Suite("Generating")
struct GeneratorTests {
  @Test("refuses prompts and skip sets that do not fit, and starts an empty prompt")
  func limits() throws {
    var random = TestRandom(13)
    var checkpoint = try randomModel(&random, vocabulary: 10)
    while !checkpoint.configuration.endOfTextIDs.isEmpty {
      checkpoint = try randomModel(&random, vocabulary: 10)
    }
    let capacity = checkpoint.configuration.contextLength
    let generator = Generator(model: LanguageModel(checkpoint, threads: 1))
    let drafting = Draft(model: .full, stop: StopRule(maximum: 4, criterion: .fixed))
    #expect(throws: GenerationError.tokenOutOfVocabulary(token: 10, vocabularySize: 10)) {
      try generator.generate(prompt: [1, 10], maximumTokens: 1)
    }
    #expect(throws: GenerationError.promptTooLong(tokens: capacity + 1, capacity: capacity)) {
      try generator.generate(
        prompt: [Int](repeating: 1, count: capacity + 1), maximumTokens: 1)
    }
    #expect(throws: GenerationError.skipSetOutOfRange(layerCount: checkpoint.layers.count)) {
      try generator.generate(
        prompt: [1], maximumTokens: 1,
        draft: Draft(model: DraftModel(skip: SkipSet(attention: [99], mlp: [])), stop: StopRule()))
    }
    let short = DraftHead(precision: .model, vocabulary: DraftVocabulary([3, 10]))
    #expect(throws: GenerationError.draftVocabularyOutOfRange(vocabularySize: 10)) {
      try generator.generate(
        prompt: [1], maximumTokens: 1,
        draft: Draft(model: DraftModel(skip: .none, head: short), stop: StopRule()))
    }
    let empty = try generator.generate(prompt: [], maximumTokens: 5)
    #expect(empty.ids == (try generator.generate(prompt: [1], maximumTokens: 5)).ids)
    // A full cache: the last position's token is still emitted.
    let plain = try generator.generate(prompt: [1], maximumTokens: 1000)
    #expect(plain.finish == .contextFull && plain.ids.count == capacity)
    let speculative = try generator.generate(
      prompt: [1], maximumTokens: 1000, draft: drafting)
    #expect(speculative.finish == .contextFull && speculative.ids == plain.ids)
    for continues in [false, true] {
      let lookup = LookupRule(least: 1, maximum: 30, continues: continues)
      let looking = try generator.generate(
        prompt: [1], maximumTokens: 1000,
        draft: Draft(model: .full, stop: StopRule(maximum: 4, criterion: .fixed, lookup: lookup)))
      #expect(looking.finish == .contextFull && looking.ids == plain.ids)
      #expect(looking.telemetry.lookedUpTokenCount > 0)
    }
    let whole = try generator.generate(
      prompt: [Int](repeating: 1, count: capacity), maximumTokens: 9, draft: drafting)
    #expect(whole.ids.count == 1 && whole.finish == .contextFull)
  }

  @Test("hands tokens on round by round, and stops where the caller says so")
  func callback() throws {
    var random = TestRandom(14)
    let generator = Generator(model: LanguageModel(try randomModel(&random), threads: 1))
    var seen: [Int] = []
    let output = try generator.generate(
      prompt: [1], maximumTokens: 15,
      draft: Draft(model: .full, stop: StopRule(maximum: 3, criterion: .fixed)),
      ignoringEndOfText: true
    ) { tokens in
      seen += tokens
      return seen.count < 6
    }
    #expect(output.ids == seen)
    #expect(output.finish == .interrupted && seen.count < 15)
  }
}
