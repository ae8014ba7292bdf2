import Checkpoints
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Schedule of a replay")
struct ReplayScheduleTests {
  private let counts = [31, 1, 127, 0, 64, 200, 5]

  @Test("every start is in exactly one chunk, in the same one every time")
  func partition() {
    for size in [1, 7, 64, 1000] {
      let chunks = ReplaySchedule(startCounts: counts, chunkSize: size).chunks
      let all = counts.enumerated().flatMap { text, starts in
        (0..<starts).map { DraftReplayer.Start(text: text, index: $0) }
      }
      #expect(chunks.allSatisfy { !$0.isEmpty })
      #expect(chunks.reduce(0) { $0 + $1.count } == all.count)
      #expect(Set(chunks.flatMap(\.self)) == Set(all))
      #expect(ReplaySchedule(startCounts: counts, chunkSize: size).chunks == chunks)
    }
  }

  @Test("each chunk has its share of every text, of its first half as of its second")
  func proportion() {
    let chunks = ReplaySchedule(startCounts: counts, chunkSize: 64).chunks
    #expect(chunks.count == counts.reduce(0, +) / 64)
    for chunk in chunks {
      for (text, starts) in counts.enumerated() {
        let share = Double(starts) / Double(chunks.count)
        let own = chunk.filter { $0.text == text }
        #expect(abs(Double(own.count) - share) < 2)
        let early = own.count { $0.index < starts / 2 }
        #expect(abs(Double(early) - share / 2) < 2)
      }
    }
  }

  @Test("nothing to replay is no chunk, and fewer starts than a chunk are one")
  func small() {
    #expect(ReplaySchedule(startCounts: [], chunkSize: 64).chunks.isEmpty)
    #expect(ReplaySchedule(startCounts: [3, 4], chunkSize: 64).chunks.map(\.count) == [7])
  }

  @Test("a trial's chunks are successive ones, and sets, and seeds, spread over all of them")
  func order() {
    let schedule = ReplaySchedule(startCounts: counts, chunkSize: 16)
    let total = schedule.chunks.count
    #expect(total == 26)
    var visits = [Int](repeating: 0, count: total)
    for layer in 0..<200 {
      let order = schedule.order(of: SkipSet(attention: [layer], mlp: []), seed: 7, count: 5)
      #expect(order == order.indices.map { (order[0] + $0) % total })
      for chunk in order { visits[chunk] += 1 }
    }
    // Expected 1,000/26 = 38 of each, five by five: between half and twice that.
    #expect(visits.allSatisfy { (19...77).contains($0) })
    let skip = SkipSet(attention: [3], mlp: [1, 2])
    #expect(
      schedule.order(of: skip, seed: 1, count: 5) == schedule.order(of: skip, seed: 1, count: 5))
    #expect(
      Set((0..<50).map { schedule.order(of: skip, seed: $0, count: 1) }).count > 15)
    #expect(Set(schedule.order(of: skip, seed: 9, count: total)) == Set(0..<total))
  }

  @Test("comparisons come after a doubling number of chunks, and after the last")
  func checkpoints() {
    #expect(ReplaySchedule.checkpoints(upTo: 1) == [1])
    #expect(ReplaySchedule.checkpoints(upTo: 2) == [1, 2])
    #expect(ReplaySchedule.checkpoints(upTo: 6) == [1, 2, 4, 6])
    #expect(ReplaySchedule.checkpoints(upTo: 8) == [1, 2, 4, 8])
  }
}

@Suite("Evaluation by replay")
struct ReplayEvaluatorTests {
  private static let layerCount = 3
  private static let tokens = 40
  private static let costs = CostModel.detailed(layerCount: layerCount)
  private static let prompts = (0..<16).map {
    EncodedPrompt(ids: [1, 5 + $0, 9 + 2 * $0 % 7], place: "prompt \($0)")
  }
  /// With nothing skipped every draft is right, and by these costs three of them take a plain token's
  /// time; with everything skipped hardly one is.
  private let good = Draft(skip: .none, stop: StopRule(maximum: 6, criterion: .fixed))
  private let hopeless = Draft(
    skip: .everything(layerCount: layerCount), stop: StopRule(maximum: 6, criterion: .fixed))

  private static func generator(endOfText: [Int] = []) -> Generator {
    var configuration = ModelConfiguration(
      hiddenSize: 16, intermediateSize: 24, layerCount: layerCount, headCount: 4,
      keyValueHeadCount: 2, headDimension: 4, vocabularySize: 40, maxPositionEmbeddings: 96)
    configuration.endOfTextIDs = endOfText
    return Generator(
      model: LanguageModel(Checkpoint(random: configuration, type: .f32, seed: 4), threads: 1))
  }

  private func evaluator(
    endOfText: [Int] = [], prompts: [EncodedPrompt] = prompts, draftMaximum: Int = 6,
    stop: StopCriterion? = nil, trialStarts: Int = 384
  ) -> ReplayEvaluator {
    ReplayEvaluator(
      generator: Self.generator(endOfText: endOfText), prompts: prompts,
      maximumTokens: Self.tokens, draftMaximum: draftMaximum, stop: stop, trialStarts: trialStarts,
      costs: { Self.costs })
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
      let replay = evaluator(endOfText: endOfText)
      let decode = DecodeEvaluator(
        generator: Self.generator(endOfText: endOfText), prompts: Self.prompts,
        maximumTokens: Self.tokens)
      let stops: [StopCriterion] = [
        .fixed, .confidence(0.04), .adaptive(AdaptiveThreshold(initialThreshold: 0.05)),
        .calibrated(CalibratedThresholds([0.05, 0.002, 0])),
      ]
      for stop in stops {
        let candidate = Draft(
          skip: randomSkip(&random),
          stop: StopRule(maximum: Int.random(in: 1...6, using: &random), criterion: stop))
        let exact = try replay.evaluateExactly(candidate, isStopped: { false })
        let decoded = try decode.evaluate(candidate, incumbent: nil, isStopped: { false })
        #expect(counts(exact.samples) == counts(decoded.samples.filter { $0.tokenCount > 1 }))
        #expect(exact.draft == candidate && !exact.stoppedEarly)
        #expect(Agreement(replayed: exact, decoded: decoded).differing.isEmpty)
        let validated = try replay.validate(
          [candidate], repetitions: 3, isStopped: { false }, progress: { _, _ in })
        #expect(isSame(validated[0], exact))
      }
    }
  }

  @Test(
    "the rule that a complete evaluation chooses is worth what it says, and no length is better")
  func completeChoice() throws {
    var random = SplitMix64(seed: 102)
    let replay = evaluator()
    for _ in 0..<3 {
      let skip = randomSkip(&random)
      let chosen = try replay.evaluateCompletely(skip, isStopped: { false })
      let exact = try replay.evaluateExactly(chosen.draft, isStopped: { false })
      #expect(chosen.draft.model.skip == skip && chosen.samples == exact.samples)
      // Chosen by its validated worth: an even better fit of another family may lie a little higher.
      let speedup = try #require(chosen.speedup?.speedup)
      for length in 1...6 {
        let fixed = try replay.evaluateExactly(
          Draft(skip: skip, stop: StopRule(maximum: length, criterion: .fixed)),
          isStopped: { false })
        #expect(speedup > 0.98 * (fixed.speedup?.speedup ?? .infinity))
      }
    }
  }

  @Test("a trial's samples are the rounds of its places, each counted by itself")
  func sampledRounds() throws {
    let generator = Self.generator()
    let texts = try Self.prompts.compactMap {
      try generator.verifiedText(prompt: $0.ids, maximumTokens: Self.tokens).text
    }
    let schedule = ReplaySchedule(startCounts: texts.map(\.starts.count), chunkSize: 64)
    #expect(schedule.chunks.count == 16 * 39 / 64)
    let replayer = DraftReplayer(generator, texts: texts, draftMaximum: 6)
    let skip = SkipSet(attention: [0], mlp: [2])
    let stop = StopCriterion.confidence(0.05)
    for trialStarts in [1, 128, 384, 100_000] {
      let chunks = min(schedule.chunks.count, max(1, trialStarts / 64))
      let starts = schedule.order(of: skip, seed: 0, count: chunks)
        .flatMap { schedule.chunks[$0] }
      let records = try #require(replayer.records(of: starts, skipping: skip))
      let settings = StopRule(maximum: 6, criterion: stop)
      let rounds = settings.rounds(records)
      let evaluation = try evaluator(stop: stop, trialStarts: trialStarts).evaluate(
        Draft(skip: skip, stop: StopRule()), incumbent: nil, isStopped: { false })
      #expect(evaluation.draft == Draft(skip: skip, stop: settings))
      for sample in evaluation.samples {
        let own = zip(starts, rounds).filter { $0.0.text == sample.prompt }
        #expect(sample.targetModelCallCount == own.count)
        #expect(sample.draftTokenCount == own.reduce(0) { $0 + $1.1.drafted })
        #expect(sample.acceptedDraftTokenCount == own.reduce(0) { $0 + $1.1.accepted })
        let costs = Self.costs.costs(of: skip)
        let seconds = own.reduce(0) { sum, one in
          let context = Double(3 + one.0.index)
          return sum + costs.draftSeconds(one.1.drafted, context: context)
            + costs.verificationSeconds(one.1.drafted, context: context)
        }
        #expect(abs(sample.speculativeSeconds - seconds) < 1e-12)
      }
      #expect(evaluation.targetModelCallCount == starts.count)
    }
  }

  @Test("equal costs give equal evaluations, whatever was evaluated before")
  func determinism() throws {
    var random = SplitMix64(seed: 103)
    let candidates = (0..<4).map { _ in Draft(skip: randomSkip(&random), stop: good.stop) }
    let (one, other) = (evaluator(), evaluator())
    let forwards = try candidates.map {
      try one.evaluate($0, incumbent: nil, isStopped: { false })
    }
    let backwards = try candidates.reversed().map {
      try other.evaluate($0, incumbent: nil, isStopped: { false })
    }
    for (a, b) in zip(forwards, backwards.reversed()) {
      #expect(isSame(a, b) && !a.stoppedEarly)
      #expect(one.objective(of: a, incumbent: nil) == other.objective(of: b, incumbent: nil))
      #expect(isSame(a, try one.evaluate(a.draft, incumbent: nil, isStopped: { false })))
    }
    #expect(one.costs == Self.costs)
  }

  @Test("a hopeless set ends early and is worth less than the incumbent; a good one does not end")
  func racing() throws {
    let replay = evaluator()
    let best = try replay.evaluate(good, incumbent: nil, isStopped: { false })
    #expect((best.speedup?.speedup ?? 0) > 1.5)
    let bad = try replay.evaluate(hopeless, incumbent: best, isStopped: { false })
    #expect(bad.stoppedEarly && bad.targetModelCallCount < 128)
    let worth = try #require(replay.objective(of: bad, incumbent: best))
    let bestWorth = try #require(replay.objective(of: best, incumbent: nil))
    #expect(worth.logSpeedup < bestWorth.logSpeedup - 0.05 && worth.variance > 0)
    // What a whole trial finds is not far from what a part said.
    let whole = try evaluator().evaluate(hopeless, incumbent: nil, isStopped: { false })
    #expect(!whole.stoppedEarly && whole.targetModelCallCount > 300)
    let logarithm = try #require(whole.speedup?.logarithm)
    #expect(abs(worth.logSpeedup - logarithm) < 4 * worth.variance.squareRoot() + 0.02)
    let again = try replay.evaluate(good, incumbent: bad, isStopped: { false })
    #expect(!again.stoppedEarly && again.samples == best.samples)
  }

  @Test("an incumbent of an earlier run gives the same decision and value as one of this run")
  func resume() throws {
    let first = evaluator()
    let best = try first.evaluate(good, incumbent: nil, isStopped: { false })
    var random = SplitMix64(seed: 104)
    var early = 0
    for candidate in [hopeless]
      + (0..<5).map({ _ in
        Draft(skip: randomSkip(&random), stop: good.stop)
      })
    {
      let before = try first.evaluate(candidate, incumbent: best, isStopped: { false })
      let resumed = evaluator()
      let after = try resumed.evaluate(candidate, incumbent: best, isStopped: { false })
      #expect(isSame(before, after))
      #expect(
        first.objective(of: before, incumbent: best)
          == resumed.objective(of: after, incumbent: best))
      early += before.stoppedEarly ? 1 : 0
    }
    #expect(early > 0)
  }

  @Test(
    "the user's rule is that of every evaluation",
    arguments: [StopCriterion.fixed, .confidence(0.1), .adaptive(AdaptiveThreshold())])
  func wantedRule(stop: StopCriterion) throws {
    let replay = evaluator(draftMaximum: 4, stop: stop)
    let settings = StopRule(maximum: 4, criterion: stop)
    let candidate = Draft(
      skip: SkipSet(attention: [1], mlp: []), stop: StopRule(maximum: 2, criterion: .fixed))
    let trial = try replay.evaluate(candidate, incumbent: nil, isStopped: { false })
    let complete = try replay.evaluateCompletely(candidate.model.skip, isStopped: { false })
    #expect(trial.draft == Draft(skip: candidate.model.skip, stop: settings))
    #expect(complete.draft == Draft(skip: candidate.model.skip, stop: settings))
  }

  @Test("an interruption is noticed wherever it comes, and later evaluations are none the worse")
  func interruption() throws {
    let reference = try evaluator().evaluate(hopeless, incumbent: nil, isStopped: { false })
    let replay = evaluator()
    var interruptions = 0
    var calls = 0
    var limit = 1
    var finished: Evaluation?
    while finished == nil {
      calls = 0
      do throws(EvaluationError) {
        finished = try replay.evaluate(
          hopeless, incumbent: nil,
          isStopped: {
            calls += 1
            return calls > limit
          })
      } catch {
        #expect(error == .interrupted)
        interruptions += 1
      }
      limit += limit / 2 + 1
    }
    #expect(interruptions > 5)
    #expect(finished.map { isSame($0, reference) } == true)
    #expect(throws: EvaluationError.interrupted) {
      try replay.evaluateCompletely(good.model.skip, isStopped: { true })
    }
    let later = try replay.evaluateCompletely(good.model.skip, isStopped: { false })
    let fresh = try evaluator().evaluateCompletely(good.model.skip, isStopped: { false })
    #expect(isSame(later, fresh))
  }

  @Test(
    "prompts whose answer ends with its first token are left out, and without others it is said")
  func answersOfOneToken() throws {
    let generator = Self.generator()
    let firsts = try Self.prompts.map {
      try generator.generate(prompt: $0.ids, maximumTokens: 1).ids[0]
    }
    let replay = evaluator(endOfText: [firsts[2]])
    let baseline = try replay.baseline(repetitions: 1, isStopped: { false })
    #expect(baseline.promptCount == 16)
    let left = Self.prompts.indices.filter { firsts[$0] != firsts[2] }
    try #require(!left.isEmpty && left.count < 16)
    let exact = try replay.evaluateExactly(good, isStopped: { false })
    #expect(exact.samples.map(\.prompt) == left)
    let trial = try replay.evaluate(good, incumbent: exact, isStopped: { false })
    #expect(Set(trial.samples.map(\.prompt)).isSubset(of: Set(left)))
    let decoded = try DecodeEvaluator(
      generator: Self.generator(endOfText: [firsts[2]]), prompts: Self.prompts,
      maximumTokens: Self.tokens
    ).evaluate(good, incumbent: nil, isStopped: { false })
    #expect(Agreement(replayed: exact, decoded: decoded).differing.isEmpty)

    let nothing = evaluator(endOfText: Set(firsts).sorted())
    #expect(throws: EvaluationError.nothingToMeasure) {
      try nothing.baseline(repetitions: 1, isStopped: { false })
    }
    #expect(throws: EvaluationError.nothingToMeasure) {
      try nothing.evaluate(good, incumbent: nil, isStopped: { false })
    }
  }

  @Test("one draft per round, one prompt, and two tokens an answer are enough")
  func small() throws {
    for skip in [SkipSet.none, .everything(layerCount: Self.layerCount)] {
      let single = evaluator(draftMaximum: 1)
      let trial = try single.evaluate(
        Draft(skip: skip, stop: good.stop), incumbent: nil, isStopped: { false })
      #expect(trial.draft.stop.maximum == 1)
      let one = evaluator(prompts: [Self.prompts[0]])
      let alone = try one.evaluate(
        Draft(skip: skip, stop: good.stop), incumbent: trial, isStopped: { false })
      #expect(alone.promptCount == 1 && !alone.stoppedEarly)
      let short = ReplayEvaluator(
        generator: Self.generator(), prompts: Self.prompts, maximumTokens: 2, draftMaximum: 4,
        costs: { Self.costs })
      let brief = try short.evaluateCompletely(skip, isStopped: { false })
      // The second token is the verification's: nothing can be drafted.
      #expect(brief.draftTokenCount == 0 && brief.targetModelCallCount == 16)
    }
  }

  @Test("costs are measured where none are given, and a comparison with decoding counts alike")
  func comparison() throws {
    let prompts = Array(Self.prompts.prefix(6))
    let replay = ReplayEvaluator(
      generator: Self.generator(), prompts: prompts, maximumTokens: 24, draftMaximum: 4, seed: 3)
    _ = try replay.baseline(repetitions: 1, isStopped: { false })
    #expect((replay.costs?.plain ?? 0) > 0)
    let decoder = DecodeEvaluator(
      generator: Self.generator(), prompts: prompts, maximumTokens: 24)
    for draft in [nil, StopRule(maximum: 3, criterion: .confidence(0.05))] {
      let skip = SkipSet(attention: [0], mlp: [1])
      let (replayed, decoded) = try replay.compare(
        skip, draft, with: decoder, isStopped: { false })
      #expect(replayed.draft == decoded.draft && replayed.draft.model.skip == skip)
      if let draft { #expect(replayed.draft.stop == draft) }
      #expect(counts(replayed.samples) == counts(decoded.samples))
      #expect(Agreement(replayed: replayed, decoded: decoded).differing.isEmpty)
    }
    #expect(throws: EvaluationError.interrupted) {
      try replay.compare(.none, good.stop, with: decoder, isStopped: { true })
    }
  }
}
