import EvaluationTestSupport
import Files
import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Benches of an evaluator in another process")
struct ExternalBenchTests {
  private static let tokens = 40
  private static let count = 12
  private let prompts = ProbeModel.prompts(count)

  private func evaluator(_ options: String...) throws -> ExternalEvaluator {
    try ExternalEvaluator(
      Probe.command(options.joined(separator: " ")), prompts: Probe.prompts(Self.count),
      maximumTokens: Self.tokens, options: .init(timeout: 60), until: .never)
  }

  private func options(_ lookup: LookupPolicy, stop: StopCriterion? = nil) -> ReplayBench.Options {
    ReplayBench.Options(
      maximumTokens: Self.tokens, draftMaximum: 6, stop: stop,
      policy: DraftPolicy(weights: .model, vocabulary: .full, lookup: lookup), seed: 3,
      trialPositions: 128)
  }

  private func models(_ count: Int) -> [DraftModel] {
    var random = SplitMix64(seed: 8)
    func some() -> [Int] {
      (0..<ProbeModel.layerCount).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
    }
    return (0..<count).map { _ in DraftModel(skip: SkipSet(attention: some(), mlp: some())) }
  }

  /// Everything but the seconds that it took.
  private func isSame(_ a: Evaluation, _ b: Evaluation) -> Bool {
    a.draft == b.draft && a.samples == b.samples && a.stoppedEarly == b.stoppedEarly
      && a.chunks == b.chunks
  }

  @Test(
    "replays by the protocol are those of the engine: trials, screens, complete replays, lookups",
    arguments: [LookupPolicy.off, .auto])
  func replay(lookup: LookupPolicy) throws {
    let own = try ReplayBench.prepare(
      generator: try ProbeModel.generator(), prompts: prompts, options: options(lookup),
      costs: ProbeModel.costs, until: .never)
    let other = try evaluator().replayBench(prompts, options: options(lookup), until: .never)
    // What the evaluator says of costs is what these are, but for how they were measured.
    var costs = other.costModel
    costs.residuals = ProbeModel.costs.residuals
    costs.shape = ProbeModel.costs.shape
    var known = ProbeModel.costs
    known.firstStep.cachedBytes = 0
    known.laterStep.cachedBytes = 0
    #expect(costs == known)
    #expect(other.lookup == own.lookup && (lookup != .off || own.lookup == nil))
    #expect(other.baseline.tokenCount == own.baseline.tokenCount)
    #expect(other.choices == own.choices)
    let models = models(12)
    #expect(try other.screen(models, until: .never) == own.screen(models, until: .never))
    #expect(
      try other.evaluateLookup(until: .never)?.evaluation.samples
        == own.evaluateLookup(until: .never)?.evaluation.samples)
    var incumbent: (Evaluation, Evaluation)?
    var early = 0
    for model in models {
      let one = try own.evaluate(model, against: incumbent?.0, until: .never)
      let two = try other.evaluate(model, against: incumbent?.1, until: .never)
      #expect(isSame(one.evaluation, two.evaluation) && one.objective == two.objective)
      if one.evaluation.stoppedEarly {
        early += 1
      } else if one.objective.logSpeedup
        > incumbent?.0.speedup?.logarithm ?? -.infinity
      {
        incumbent = (one.evaluation, two.evaluation)
      }
      #expect(
        isSame(
          try own.evaluateCompletely(model, until: .never),
          try other.evaluateCompletely(model, until: .never)))
      for continues in [false, true] where lookup != .off {
        let draft = Draft(
          model: model,
          stop: StopRule(
            maximum: 5, criterion: .confidence(0.06),
            lookup: LookupRule(limits: [0, 1, 3], continues: continues)))
        let exact = try own.evaluateExactly(draft, until: .never)
        #expect(isSame(exact, try other.evaluateExactly(draft, until: .never)))
        #expect(exact.acceptedDraftTokenCount > 0)
      }
    }
    #expect(early > 0)
  }

  @Test("decoding by the protocol counts what the engine's does, for every rule that it can have")
  func decode() throws {
    let own = DraftDecoder(
      generator: try ProbeModel.generator(), prompts: prompts, maximumTokens: Self.tokens)
    let evaluator = try evaluator()
    let other = evaluator.decoder(prompts)
    let rules: [StopRule] = [
      StopRule(maximum: 4, criterion: .fixed), StopRule(maximum: 6, criterion: .confidence(0.06)),
      StopRule(
        maximum: 6, criterion: .calibrated(CalibratedThresholds([0.05, 0.002])),
        lookup: LookupRule(limits: [0, 0, 2, 5], continues: true)),
      .lookupAlone(LookupRule(least: 1, maximum: 3)),
    ]
    func counts(_ samples: [DecodingSample]) -> [[Int]] {
      samples.map {
        [
          $0.prompt, $0.tokenCount, $0.draftTokenCount, $0.acceptedDraftTokenCount,
          $0.targetModelCallCount,
        ]
      }
    }
    var drafted = 0
    for (model, rule) in zip(models(4), rules) {
      let draft = Draft(model: rule.maximum == 0 ? .full : model, stop: rule)
      let one = try own.evaluate(draft, until: .never)
      let two = try other.evaluate(draft, until: .never)
      #expect(counts(one.samples) == counts(two.samples))
      #expect(two.samples.allSatisfy { !$0.isMeasurable || $0.plainSeconds > 0 })
      drafted += two.draftTokenCount
      // And so does the complete replay of the same draft.
      let bench = try evaluator.replayBench(
        prompts, options: options(.auto), costs: ProbeModel.costs, until: .never)
      let replayed = try bench.evaluateExactly(draft, until: .never)
      #expect(Agreement(replayed: replayed, decoded: two).differing.isEmpty)
    }
    #expect(drafted > 100)
  }

  @Test("held-out prompts are replayed a few at a time")
  func validation() throws {
    let draft = Draft(model: models(1)[0], stop: StopRule(maximum: 4, criterion: .fixed))
    let own = try ReplayValidator(
      generator: try ProbeModel.generator(), prompts: prompts, options: options(.off),
      costs: ProbeModel.costs
    ).validate([draft], repetitions: 1, until: .never, progress: { _, _ in })
    let other = try evaluator().replayValidator(
      prompts, options: options(.off), costs: ProbeModel.costs
    ).validate([draft], repetitions: 1, until: .never, progress: { _, _ in })
    #expect(isSame(own[0], other[0]) && own[0].promptCount > 8)
  }

  @Test("what an evaluator can decides how trials are evaluated, and what drafts may vary")
  func capabilities() throws {
    var description = try evaluator("--capabilities", "replay,costs,decode").description
    #expect(try description.kind(for: .auto) == .auto)
    #expect(try description.policy(for: DraftPolicy(), .auto).lookup == .off)
    #expect(try description.policy(for: DraftPolicy(), .replay).lookup == .auto)
    #expect(try description.policy(for: DraftPolicy(), .replay).weights == .model)
    #expect(try description.policy(for: DraftPolicy(), .replay).vocabulary == .full)
    #expect(throws: EvaluationError.self) {
      try description.policy(for: DraftPolicy(weights: .fourBits), .auto)
    }
    #expect(throws: EvaluationError.self) {
      try description.policy(for: DraftPolicy(vocabulary: .size(9)), .auto)
    }
    description.precisions = [.model, .eightBits, .fourBits]
    #expect(try description.policy(for: DraftPolicy(), .auto).weights == .auto)
    description.capabilities = [.replay, .costs]
    #expect(try description.kind(for: .auto) == .replay)
    #expect(throws: EvaluationError.self) { try description.kind(for: .decode) }
    description.capabilities = [.decode, .lookup]
    #expect(try description.kind(for: .auto) == .decode)
    #expect(throws: EvaluationError.self) { try description.kind(for: .replay) }
    description.capabilities = [.replay, .distances]
    #expect(throws: EvaluationError.self) { try description.kind(for: .auto) }
    // Without distances there is no screen.
    let bench = try evaluator("--capabilities", "replay,costs").replayBench(
      prompts, options: options(.off), until: .never)
    #expect(try bench.screen([.full], until: .never) == nil)
  }
}
