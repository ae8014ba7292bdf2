import Checkpoints
import EvaluationTestSupport
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Evaluation by replay")
struct ReplayBenchTests {
  private static let layerCount = 3
  private static let tokens = 40
  private static let costs = CostModel.detailed(layerCount: layerCount)
  private static let prompts = (0..<16).map {
    EncodedPrompt(ids: [1, 5 + $0, 9 + 2 * $0 % 7], name: "prompt \($0)")
  }
  /// With nothing skipped every draft is right, and by these costs three of them take a plain
  /// token's time; with everything skipped hardly one is.
  private let good = Draft(model: .full, stop: StopRule(maximum: 6, criterion: .fixed))
  private let hopeless = Draft(
    model: DraftModel(skip: .everything(layerCount: layerCount)),
    stop: StopRule(maximum: 6, criterion: .fixed))

  private static func generator(endOfText: [Int] = []) throws -> Generator {
    var configuration = ModelConfiguration(
      hiddenSize: 16, intermediateSize: 24, layerCount: layerCount, headCount: 4,
      keyValueHeadCount: 2, headDimension: 4, vocabularySize: 40, maxPositionEmbeddings: 96)
    configuration.endOfTextIDs = endOfText
    return Generator(
      model: LanguageModel(try Checkpoint(random: configuration, type: .f32, seed: 4), threads: 1))
  }

  private func bench(
    endOfText: [Int] = [], prompts: [EncodedPrompt] = prompts, draftMaximum: Int = 6,
    stop: StopCriterion? = nil, trialPositions: Int = 384, until signal: StopSignal = .never
  ) throws -> ReplayBench {
    try ReplayBench.prepare(
      generator: try Self.generator(endOfText: endOfText), prompts: prompts,
      options: ReplayBench.Options(
        maximumTokens: Self.tokens, draftMaximum: draftMaximum, stop: stop,
        trialPositions: trialPositions),
      costs: Self.costs, until: signal)
  }

  private func randomSkip(_ random: inout SplitMix64) -> SkipSet {
    SkipSet(
      attention: (0..<Self.layerCount).filter { _ in Bool.random(using: &random) },
      mlp: (0..<Self.layerCount).filter { _ in Bool.random(using: &random) })
  }

  /// Everything but the seconds that it took.
  private func isSame(_ a: Evaluation, _ b: Evaluation) -> Bool {
    a.draft == b.draft && a.samples == b.samples && a.stoppedEarly == b.stoppedEarly
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

  @Test("a complete replay counts what decoding counts, prompt by prompt, for any rule")
  func exactCounts() throws {
    var random = SplitMix64(seed: 101)
    for endOfText in [[], [3, 8, 21]] {
      let replay = try bench(endOfText: endOfText)
      let again = ReplayValidator(
        generator: try Self.generator(endOfText: endOfText), prompts: Self.prompts,
        options: ReplayBench.Options(maximumTokens: Self.tokens, draftMaximum: 6),
        costs: Self.costs)
      let decode = DraftDecoder(
        generator: try Self.generator(endOfText: endOfText), prompts: Self.prompts,
        maximumTokens: Self.tokens)
      let stops: [StopCriterion] = [
        .fixed, .confidence(0.04), .adaptive(AdaptiveThreshold(initialThreshold: 0.05)),
        .calibrated(CalibratedThresholds([0.05, 0.002, 0])),
      ]
      for stop in stops {
        let candidate = Draft(
          model: DraftModel(skip: randomSkip(&random)),
          stop: StopRule(maximum: Int.random(in: 1...6, using: &random), criterion: stop))
        let exact = try replay.evaluateExactly(candidate, until: .never)
        let decoded = try decode.evaluate(candidate, until: .never)
        #expect(counts(exact.samples) == counts(decoded.samples.filter { $0.tokenCount > 1 }))
        #expect(exact.draft == candidate && !exact.stoppedEarly)
        #expect(Agreement(replayed: exact, decoded: decoded).differing.isEmpty)
        let validated = try again.validate(
          [candidate], repetitions: 3, until: .never, progress: { _, _ in })
        #expect(isSame(validated[0], exact))
        // Where there is no time, a few prompts all the same.
        let hurried = try again.validate(
          [candidate], repetitions: 1, until: .never, within: StopSignal { true },
          progress: { _, _ in })
        #expect(hurried[0].samples == exact.samples.filter { $0.prompt < 8 })
      }
    }
  }

  @Test(
    "the rule that a complete evaluation chooses is worth what it says, and no length is better")
  func completeChoice() throws {
    var random = SplitMix64(seed: 102)
    let replay = try bench()
    for _ in 0..<3 {
      let skip = randomSkip(&random)
      let chosen = try replay.evaluateCompletely(DraftModel(skip: skip), until: .never)
      let exact = try replay.evaluateExactly(chosen.draft, until: .never)
      #expect(chosen.draft.model.skip == skip && chosen.samples == exact.samples)
      // Chosen by its validated worth: an even better fit of another family may lie a little
      // higher.
      let speedup = try #require(chosen.speedup?.speedup)
      for length in 1...6 {
        let fixed = try replay.evaluateExactly(
          Draft(model: DraftModel(skip: skip), stop: StopRule(maximum: length, criterion: .fixed)),
          until: .never)
        #expect(speedup > 0.98 * (fixed.speedup?.speedup ?? .infinity))
      }
    }
  }

  @Test("plain decoding is timed on a few of many prompts, and known of all")
  func baseline() throws {
    let generator = try Self.generator()
    let baseline = try bench().baseline
    #expect(baseline.promptCount == 16 && baseline.timedPromptCount == 8)
    let decodings = try Self.prompts.map {
      try generator.verifiedText(prompt: $0.ids, maximumTokens: Self.tokens).decoding
    }
    #expect(baseline.tokenCount == decodings.reduce(0) { $0 + $1.ids.count })
    #expect(baseline.secondsPerPrompt > 0 && baseline.seconds >= 8 * baseline.secondsPerPrompt)
  }

  @Test("where all prompts chosen are answered by a single token, another tells the speed")
  func shortAnswers() throws {
    let generator = try Self.generator()
    let firsts = try Self.prompts.map {
      try generator.verifiedText(prompt: $0.ids, maximumTokens: 1).decoding.ids[0]
    }
    let other = try #require(firsts.firstIndex { $0 != firsts[0] })
    // Every second of 17 is chosen, from the first on.
    var prompts = [EncodedPrompt](repeating: Self.prompts[0], count: 17)
    prompts[3] = Self.prompts[other]
    let baseline = try bench(endOfText: [firsts[0]], prompts: prompts).baseline
    #expect(baseline.timedPromptCount == 10 && baseline.tokensPerSecond > 0)
  }

  @Test("a trial's samples are the rounds of its positions, each counted by itself")
  func sampledRounds() throws {
    let generator = try Self.generator()
    let texts = try Self.prompts.compactMap {
      try generator.verifiedText(prompt: $0.ids, maximumTokens: Self.tokens).text
    }
    let schedule = ReplaySchedule(positionCounts: texts.map(\.positions.count), chunkSize: 64)
    #expect(schedule.chunks.count == 16 * 39 / 64)
    let replayer = DraftReplayer(generator, texts: texts, draftMaximum: 6)
    let skip = SkipSet(attention: [0], mlp: [2])
    let stop = StopCriterion.confidence(0.05)
    for trialPositions in [1, 128, 384, 100_000] {
      let chunks = min(schedule.chunks.count, max(1, trialPositions / 64))
      let positions = schedule.order(of: DraftModel(skip: skip), seed: 0, count: chunks)
        .flatMap { schedule.chunks[$0] }
      let records = try #require(replayer.records(of: positions, drafting: DraftModel(skip: skip)))
      let rule = StopRule(maximum: 6, criterion: stop)
      let rounds = rule.rounds(records)
      let evaluation = try bench(stop: stop, trialPositions: trialPositions).evaluate(
        DraftModel(skip: skip), against: nil, until: .never
      ).evaluation
      #expect(evaluation.draft == Draft(model: DraftModel(skip: skip), stop: rule))
      for sample in evaluation.samples {
        let own = zip(positions, rounds).filter { $0.0.text == sample.prompt }
        #expect(sample.targetModelCallCount == own.count)
        #expect(sample.draftTokenCount == own.reduce(0) { $0 + $1.1.drafted })
        #expect(sample.acceptedDraftTokenCount == own.reduce(0) { $0 + $1.1.accepted })
        let costs = Self.costs.costs(of: DraftModel(skip: skip))
        let seconds = own.reduce(0) { sum, one in
          let context = Double(3 + one.0.index)
          return sum + costs.draftSeconds(one.1.drafted, context: context)
            + costs.verificationSeconds(one.1.drafted, context: context)
        }
        #expect(abs(sample.speculativeSeconds - seconds) < 1e-12)
      }
      #expect(evaluation.targetModelCallCount == positions.count)
    }
  }

  @Test("equal costs give equal evaluations, whatever was evaluated before")
  func determinism() throws {
    var random = SplitMix64(seed: 103)
    let models = (0..<4).map { _ in DraftModel(skip: randomSkip(&random)) }
    let (one, other) = (try bench(), try bench())
    let forwards = try models.map { try one.evaluate($0, against: nil, until: .never) }
    let backwards = try models.reversed().map {
      try other.evaluate($0, against: nil, until: .never)
    }
    for (a, b) in zip(forwards, backwards.reversed()) {
      #expect(isSame(a.evaluation, b.evaluation) && !a.evaluation.stoppedEarly)
      #expect(a.objective == b.objective)
      let again = try one.evaluate(a.evaluation.draft.model, against: nil, until: .never)
      #expect(isSame(a.evaluation, again.evaluation))
    }
    #expect(one.costs == Self.costs)
  }

  @Test("a hopeless set ends early and is worth less than the incumbent; a good one does not end")
  func racing() throws {
    let replay = try bench()
    let best = try replay.evaluate(good.model, against: nil, until: .never)
    #expect((best.evaluation.speedup?.speedup ?? 0) > 1.5)
    let bad = try replay.evaluate(hopeless.model, against: best.evaluation, until: .never)
    #expect(bad.evaluation.stoppedEarly && bad.evaluation.targetModelCallCount < 128)
    let worth = bad.objective
    #expect(worth.logSpeedup < best.objective.logSpeedup - 0.05 && worth.variance > 0)
    // What a whole trial finds is not far from what a part said.
    let whole = try bench().evaluate(hopeless.model, against: nil, until: .never).evaluation
    #expect(!whole.stoppedEarly && whole.targetModelCallCount > 300)
    let logarithm = try #require(whole.speedup?.logarithm)
    #expect(abs(worth.logSpeedup - logarithm) < 4 * worth.variance.squareRoot() + 0.02)
    let again = try replay.evaluate(good.model, against: bad.evaluation, until: .never).evaluation
    #expect(!again.stoppedEarly && again.samples == best.evaluation.samples)
  }

  @Test("an incumbent of an earlier run gives the same decision and value as one of this run")
  func resume() throws {
    let first = try bench()
    let best = try first.evaluate(good.model, against: nil, until: .never).evaluation
    var random = SplitMix64(seed: 104)
    var early = 0
    let others = (0..<5).map { _ in DraftModel(skip: randomSkip(&random)) }
    for model in [hopeless.model] + others {
      let before = try first.evaluate(model, against: best, until: .never)
      let after = try bench().evaluate(model, against: best, until: .never)
      #expect(isSame(before.evaluation, after.evaluation))
      #expect(before.objective == after.objective)
      early += before.evaluation.stoppedEarly ? 1 : 0
    }
    #expect(early > 0)
  }

  @Test(
    "the user's rule is that of every evaluation",
    arguments: [StopCriterion.fixed, .confidence(0.1), .adaptive(AdaptiveThreshold())])
  func wantedRule(stop: StopCriterion) throws {
    let replay = try bench(draftMaximum: 4, stop: stop)
    let rule = StopRule(maximum: 4, criterion: stop)
    let model = DraftModel(skip: SkipSet(attention: [1], mlp: []))
    let trial = try replay.evaluate(model, against: nil, until: .never).evaluation
    let complete = try replay.evaluateCompletely(model, until: .never)
    #expect(trial.draft == Draft(model: model, stop: rule))
    #expect(complete.draft == Draft(model: model, stop: rule))
  }

  @Test("an interruption is noticed wherever it comes, and later evaluations are none the worse")
  func interruption() throws {
    let reference = try bench().evaluate(hopeless.model, against: nil, until: .never).evaluation
    var prepared: ReplayBench?
    var interruptions = 0
    var calls = 0
    var limit = 1
    var finished: Evaluation?
    let signal = StopSignal {
      calls += 1
      return calls > limit
    }
    while finished == nil {
      calls = 0
      do {
        if prepared == nil { prepared = try bench(until: signal) }
        finished = try prepared?.evaluate(hopeless.model, against: nil, until: signal).evaluation
      } catch {
        #expect(error as? EvaluationError == .interrupted)
        interruptions += 1
      }
      limit += limit / 2 + 1
    }
    let replay = try #require(prepared)
    #expect(interruptions > 5)
    #expect(finished.map { isSame($0, reference) } == true)
    #expect(throws: EvaluationError.interrupted) {
      try replay.evaluateCompletely(good.model, until: StopSignal { true })
    }
    let later = try replay.evaluateCompletely(good.model, until: .never)
    let fresh = try bench().evaluateCompletely(good.model, until: .never)
    #expect(isSame(later, fresh))
  }

  @Test(
    "prompts whose answer ends with its first token are left out, and without others it is said")
  func answersOfOneToken() throws {
    let generator = try Self.generator()
    let firsts = try Self.prompts.map {
      try generator.generate(prompt: $0.ids, maximumTokens: 1).ids[0]
    }
    let replay = try bench(endOfText: [firsts[2]])
    #expect(replay.baseline.promptCount == 16)
    let left = Self.prompts.indices.filter { firsts[$0] != firsts[2] }
    try #require(!left.isEmpty && left.count < 16)
    let exact = try replay.evaluateExactly(good, until: .never)
    #expect(exact.samples.map(\.prompt) == left)
    let trial = try replay.evaluate(good.model, against: exact, until: .never).evaluation
    #expect(Set(trial.samples.map(\.prompt)).isSubset(of: Set(left)))
    let decoded = try DraftDecoder(
      generator: try Self.generator(endOfText: [firsts[2]]), prompts: Self.prompts,
      maximumTokens: Self.tokens
    ).evaluate(good, until: .never)
    #expect(Agreement(replayed: exact, decoded: decoded).differing.isEmpty)

    #expect(throws: EvaluationError.nothingToMeasure) {
      try bench(endOfText: Set(firsts).sorted())
    }
  }

  @Test("one draft per round, one prompt, and two tokens an answer are enough")
  func small() throws {
    for skip in [SkipSet.none, .everything(layerCount: Self.layerCount)] {
      let model = DraftModel(skip: skip)
      let single = try bench(draftMaximum: 1)
      let trial = try single.evaluate(model, against: nil, until: .never).evaluation
      #expect(trial.draft.stop.maximum == 1)
      let one = try bench(prompts: [Self.prompts[0]])
      let alone = try one.evaluate(model, against: trial, until: .never).evaluation
      #expect(alone.promptCount == 1 && !alone.stoppedEarly)
      let short = try ReplayBench.prepare(
        generator: try Self.generator(), prompts: Self.prompts,
        options: ReplayBench.Options(maximumTokens: 2, draftMaximum: 4), costs: Self.costs,
        until: .never)
      let brief = try short.evaluateCompletely(model, until: .never)
      // The second token is the verification's: nothing can be drafted.
      #expect(brief.draftTokenCount == 0 && brief.targetModelCallCount == 16)
    }
  }

  @Test("costs are measured where none are given, and a comparison with decoding counts alike")
  func comparison() throws {
    let prompts = Array(Self.prompts.prefix(6))
    let generator = try Self.generator()
    let replay = try ReplayBench.prepare(
      generator: generator, prompts: prompts,
      options: ReplayBench.Options(maximumTokens: 24, draftMaximum: 4, seed: 3), until: .never)
    #expect(replay.costModel.plain > 0)
    var comparison = ReplayComparison(
      replay,
      decoder: DraftDecoder(generator: generator, prompts: prompts, maximumTokens: 24),
      generator: generator, seed: 3)
    for rule in [nil, StopRule(maximum: 3, criterion: .confidence(0.05))] {
      let model = DraftModel(skip: SkipSet(attention: [0], mlp: [1]))
      let (replayed, decoded) = try comparison.compare(model, rule, until: .never)
      #expect(replayed.draft == decoded.draft && replayed.draft.model == model)
      if let rule { #expect(replayed.draft.stop == rule) }
      #expect(counts(replayed.samples) == counts(decoded.samples))
      #expect(Agreement(replayed: replayed, decoded: decoded).differing.isEmpty)
    }
    #expect(throws: EvaluationError.interrupted) {
      try comparison.compare(.full, good.stop, until: StopSignal { true })
    }
  }
}
