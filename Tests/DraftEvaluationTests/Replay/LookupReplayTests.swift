import Checkpoints
import EvaluationTestSupport
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Lookups in evaluation by replay")
struct LookupReplayTests {
  private static let layerCount = 3
  private static let tokens = 60
  /// Prompts with parts that come again, so that there is something to look up from the first
  /// token on.
  private static let prompts = (0..<12).map { number in
    let part = [1, 5 + number, 9 + 2 * number % 7, 3]
    return EncodedPrompt(ids: part + [2 + number] + part + part, name: "prompt \(number)")
  }

  private static func generator(
    endOfText: [Int] = [], isTied: Bool = false
  ) throws -> Generator {
    var configuration = ModelConfiguration(
      hiddenSize: 16, intermediateSize: 24, layerCount: layerCount, headCount: 4,
      keyValueHeadCount: 2, headDimension: 4, vocabularySize: 24, maxPositionEmbeddings: 128)
    configuration.endOfTextIDs = endOfText
    configuration.tiesWordEmbeddings = isTied
    return Generator(
      model: LanguageModel(try Checkpoint(random: configuration, type: .f32, seed: 4), threads: 1))
  }

  private func bench(
    _ generator: Generator, prompts: [EncodedPrompt] = prompts, lookup: LookupPolicy,
    costs: CostModel = .mixed(layerCount: layerCount)
  ) throws -> ReplayBench {
    try ReplayBench.prepare(
      generator: generator, prompts: prompts,
      options: ReplayBench.Options(
        maximumTokens: Self.tokens, draftMaximum: 6,
        policy: DraftPolicy(weights: .model, vocabulary: .full, lookup: lookup),
        trialPositions: 128),
      costs: costs, until: .never)
  }

  /// What a sample counts.
  private func counts(_ samples: [DecodingSample]) -> [[Int]] {
    samples.map {
      [
        $0.prompt, $0.tokenCount, $0.draftTokenCount, $0.acceptedDraftTokenCount,
        $0.targetModelCallCount,
      ]
    }
  }

  private func decoded(_ draft: Draft, endOfText: [Int] = []) throws -> [[Int]] {
    let decoder = DraftDecoder(
      generator: try Self.generator(endOfText: endOfText), prompts: Self.prompts,
      maximumTokens: Self.tokens)
    return counts(
      try decoder.evaluate(draft, until: .never).samples.filter { $0.tokenCount > 1 })
  }

  @Test("a complete replay counts what decoding counts, for drafts of all kinds")
  func exactCounts() throws {
    var random = SplitMix64(seed: 141)
    var lookups = 0
    for endOfText in [[], [3, 8, 21]] {
      let replay = try bench(Self.generator(endOfText: endOfText), lookup: .auto)
      for _ in 0..<12 {
        let draft = randomDraft(
          &random, layerCount: Self.layerCount, vocabularySize: 24, draftMaximum: 6)
        let exact = try replay.evaluateExactly(draft, until: .never)
        #expect(counts(exact.samples) == (try decoded(draft, endOfText: endOfText)))
        lookups += draft.stop.lookup == nil ? 0 : 1
      }
    }
    #expect(lookups > 6)
  }

  @Test("lookups alone count what decoding with nothing else counts")
  func alone() throws {
    for endOfText in [[], [3, 8, 21], [7]] {
      let replay = try bench(Self.generator(endOfText: endOfText), lookup: .auto)
      let evaluation = try #require(replay.lookupAlone())
      let rule = try #require(evaluation.draft.stop.lookup)
      #expect(evaluation.draft == Draft(model: .full, stop: .lookupAlone(rule)))
      #expect(counts(evaluation.samples) == (try decoded(evaluation.draft, endOfText: endOfText)))
      #expect(evaluation.draftTokenCount > evaluation.acceptedDraftTokenCount)
      #expect(evaluation.acceptedDraftTokenCount > 20)
      // Iterated: no standard rule is better.
      let speedup = try #require(evaluation.speedup?.speedup)
      for least in 1...4 {
        let other = Draft(
          model: .full, stop: .lookupAlone(LookupRule(least: least, maximum: 8)))
        let exact = try replay.evaluateExactly(other, until: .never)
        #expect(speedup > 0.995 * (exact.speedup?.speedup ?? .infinity))
      }
    }
    let off = try bench(Self.generator(), lookup: .off)
    #expect(off.lookupAlone() == nil && off.lookup == nil)
    #expect(try off.evaluateLookup(until: .never) == nil)
  }

  @Test("the rule of a complete evaluation is worth what it says, and never less than without")
  func completeRules() throws {
    var random = SplitMix64(seed: 142)
    let generator = try Self.generator()
    var withLookup = 0
    for costs in [
      CostModel.mixed(layerCount: Self.layerCount), .detailed(layerCount: Self.layerCount),
      .simple(draft: 0.02, row: 0.02, layerCount: Self.layerCount),
    ] {
      let replay = try bench(generator, lookup: .auto, costs: costs)
      let plain = try bench(generator, lookup: .off, costs: costs)
      let careful = try bench(generator, lookup: .least(3), costs: costs)
      for _ in 0..<3 {
        let model = randomDraft(
          &random, layerCount: Self.layerCount, vocabularySize: 24, draftMaximum: 6
        ).model
        let without = try plain.evaluateCompletely(model, until: .never)
        #expect(without.draft.stop.lookup == nil)
        for bench in [replay, careful] {
          let chosen = try bench.evaluateCompletely(model, until: .never)
          let exact = try bench.evaluateExactly(chosen.draft, until: .never)
          #expect(chosen.samples == exact.samples && chosen.draft.model == model)
          #expect(counts(chosen.samples) == (try decoded(chosen.draft)))
          let speedup = try #require(chosen.speedup?.speedup)
          #expect(speedup >= (without.speedup?.speedup ?? .infinity) * (1 - 1e-12))
          withLookup += chosen.draft.stop.lookup == nil ? 0 : 1
          if bench === careful { #expect((chosen.draft.stop.lookup?.least ?? 3) >= 3) }
        }
      }
    }
    #expect(withLookup > 3)
  }

  @Test(
    "a trial's rounds begin where nothing is looked up, and its totals have lookups beside them")
  func trials() throws {
    let replay = try bench(Self.generator(), lookup: .auto)
    let lookup = try #require(replay.lookup)
    for position in replay.schedule.chunks.flatMap(\.self) {
      let text = replay.texts[position.text]
      let limit = text.draftLimit(at: position.index)
      #expect(text.lookups[position.index].draftCount(lookup, upTo: limit) == 0)
    }
    let model = DraftModel(skip: SkipSet(attention: [0], mlp: []), weights: .uniform(.fourBits))
    let outcome = try replay.evaluate(model, against: nil, until: .never)
    #expect(outcome.evaluation.draft.stop.lookup == lookup)
    // All of a text's tokens but its first, whatever was sampled of it: to a token, because rounds
    // are counted whole.
    for sample in outcome.evaluation.samples {
      let text = replay.texts[sample.prompt]
      #expect(abs(sample.decodedTokenCount - text.positions.count) <= 1)
    }
    // What the optimiser is told is of the model's own rounds.
    let own = try #require(outcome.evaluation.speedup?.logarithm)
    #expect(abs(outcome.objective.logSpeedup - own) > 1e-6)
    let again = try bench(Self.generator(), lookup: .auto).evaluate(
      model, against: nil, until: .never)
    #expect(again.objective == outcome.objective)
    #expect(again.evaluation.samples == outcome.evaluation.samples)
  }

  /// Prompts of one token again and again with which a model with tied embeddings goes on for ever.
  private static func loops(_ generator: Generator) throws -> [EncodedPrompt] {
    let loops = try (0..<24).map {
      EncodedPrompt(ids: [Int](repeating: $0, count: 40), name: "token \($0)")
    }.filter { prompt in
      let ids = try generator.generate(prompt: prompt.ids, maximumTokens: tokens).ids
      return Set(ids) == [prompt.ids[0]]
    }
    try #require(!loops.isEmpty)
    return loops
  }

  @Test("the model drafts on behind lookups where both are right and rows cost little")
  func continuing() throws {
    let generator = try Self.generator(isTied: true)
    let replay = try bench(
      generator, prompts: try Self.loops(generator), lookup: .auto,
      costs: .simple(draft: 0.01, row: 0.005, layerCount: Self.layerCount))
    let chosen = try replay.evaluateCompletely(.full, until: .never)
    #expect(chosen.draft.stop.lookup?.continues == true)
    let exact = try replay.evaluateExactly(chosen.draft, until: .never)
    #expect(chosen.samples == exact.samples && chosen.acceptanceRate == 1)
    let decoder = DraftDecoder(
      generator: generator, prompts: try Self.loops(generator), maximumTokens: Self.tokens)
    let decoded = try decoder.evaluate(chosen.draft, until: .never)
    #expect(counts(exact.samples) == counts(decoded.samples))
    // A sample of positions does not tell what is drafted behind lookups, so all are replayed.
    #expect(try replay.evaluateSample(chosen.draft, until: .never).samples == exact.samples)
  }

  @Test("where the lookup drafts everything, trials still tell draft models apart")
  func covered() throws {
    let generator = try Self.generator(isTied: true)
    let loops = try Self.loops(generator)
    let replay = try bench(generator, prompts: loops, lookup: .auto)
    let lookup = try #require(replay.lookup)
    let isCovered = replay.texts.allSatisfy { text in
      text.positions.dropLast().allSatisfy {
        text.lookups[$0].draftCount(lookup, upTo: text.draftLimit(at: $0)) > 0
      }
    }
    #expect(isCovered)
    // Without any layer such a model repeats its token too, and that costs less.
    let whole = try replay.evaluate(.full, against: nil, until: .never)
    let cheap = try replay.evaluate(
      DraftModel(skip: .everything(layerCount: Self.layerCount)), against: nil, until: .never)
    #expect(cheap.objective.logSpeedup > whole.objective.logSpeedup + 0.1)
    #expect(cheap.evaluation.acceptanceRate == 1 && whole.evaluation.acceptanceRate == 1)
    let alone = try #require(replay.lookupAlone())
    #expect((alone.speedup?.speedup ?? 0) > 2)
  }
}
