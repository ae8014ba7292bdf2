import DraftEvaluation
import Foundation
import Inference
import SkipSearch
import TestSupport

/// A bench without a model: the log speedup of a set falls by a fixed amount for every bit in which
/// it differs from a hidden best set, with noise and per-prompt effects that a seed decides. It
/// decodes as far as a study can tell, or replays where it is given what passes cost.
package final class SyntheticBench: Bench, Validator {
  package let layerCount: Int
  package let hidden: SkipSet
  package let bestSpeedup: Double
  package var lossPerBit = 0.06
  package var noise = 0.005
  package var promptCount = 8
  /// What stop rules multiply the speedup by.
  package var ruleFactor: (StopRule) -> Double = { _ in 1 }
  /// Called before each evaluation with the number of those so far.
  package var onEvaluate: (Int) -> Void = { _ in }
  /// Called before each measurement of the best few.
  package var onValidate: () -> Void = {}
  package private(set) var evaluated: [SkipSet] = []

  /// The stop rules of trials.
  package var rules = StopRuleGrid(maximum: 8)
  package private(set) var baseline = Baseline(
    samples: [1], promptCount: 1, tokenCount: 1, seconds: 1)
  /// What passes cost; nil where the bench decodes.
  package let costs: CostModel?
  /// What real decoding of the best few is slower by than their replay.
  package var slowdown = 1.0
  /// Whether decoding counts another draft than the replay.
  package var miscounts = false

  package init(
    layerCount: Int, hidden: SkipSet, bestSpeedup: Double, costs: CostModel? = nil
  ) {
    self.layerCount = layerCount
    self.hidden = hidden
    self.bestSpeedup = bestSpeedup
    self.costs = costs
  }

  package func trueSpeedup(_ skip: SkipSet) -> Double {
    let distance = skip.bits(layerCount: layerCount)
      .hammingDistance(to: hidden.bits(layerCount: layerCount))
    return bestSpeedup * exp(-lossPerBit * Double(distance))
  }

  /// A study's benches: this one in all three roles.
  package func maker(
    _ settings: StudySettings, runoff: Bool = true
  ) -> Benches.Maker {
    { [self] _, stop throws(EvaluationError) in
      try stop.check()
      rules = settings.decodedRules
      let repetitions = costs == nil ? settings.baselineRepetitions : 1
      baseline = Baseline(
        samples: (0..<repetitions).map { 500 + Double($0) }, promptCount: promptCount,
        tokenCount: promptCount * 40, seconds: 0.25)
      let again: any Validator = costs == nil ? self : SyntheticDecoder(self)
      return Benches(trials: self, runoff: runoff ? again : nil, heldOut: self)
    }
  }

  package func screen(until stop: StopSignal) throws(EvaluationError) -> [Double]? {
    guard costs != nil else { return nil }
    // What the hidden set skips is harmless, the rest is not.
    return hidden.bits(layerCount: layerCount).ones.reduce(
      into: Array(repeating: 1.0, count: 2 * layerCount)
    ) { $0[$1] = 0.1 }
  }

  package func evaluate(
    _ model: DraftModel, against incumbent: Evaluation?, until stop: StopSignal
  ) throws(EvaluationError) -> TrialOutcome {
    try TrialOutcome(
      evaluate(Draft(model: model, stop: rules.trialRule), against: incumbent, until: stop),
      against: incumbent)
  }

  package func settle(
    _ evaluation: Evaluation, until stop: StopSignal, trying budget: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> Settlement {
    guard costs == nil else {
      progress(0, 1)
      var replayed = try evaluate(
        Draft(
          model: evaluation.draft.model,
          stop: StopRule(maximum: 3, criterion: .confidence(0.7))),
        against: nil, until: stop)
      replayed.seconds = 2
      return Settlement(replayed, isReplayed: true)
    }
    let stop = stop.or { budget.isRaised }
    return try rules.settle(evaluation, until: stop, progress: progress) {
      draft, best throws(EvaluationError) in
      try evaluate(draft, against: best, until: stop)
    }
  }

  package func evaluate(
    _ draft: Draft, against incumbent: Evaluation?, until stop: StopSignal
  ) throws(EvaluationError) -> Evaluation {
    onEvaluate(evaluated.count)
    evaluated.append(draft.model.skip)
    var samples: [DecodingSample] = []
    for prompt in 0..<promptCount {
      try stop.check()
      samples.append(sample(draft, prompt, repetition: 0))
      if prompt < promptCount - 1, let incumbent,
        Racing.isHopeless(samples, incumbent: incumbent.samples)
      {
        return Evaluation(draft: draft, samples: samples, stoppedEarly: true, seconds: 0.125)
      }
    }
    return Evaluation(draft: draft, samples: samples, seconds: 0.5)
  }

  package func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    onValidate()
    var evaluations: [Evaluation] = []
    for (index, draft) in drafts.enumerated() {
      try stop.check()
      progress(index, drafts.count)
      let samples = (0..<repetitions).flatMap { repetition in
        (100..<110).map { sample(draft, $0, repetition: repetition) }
      }
      evaluations.append(Evaluation(draft: draft, samples: samples, seconds: 1))
    }
    return evaluations
  }

  /// A function of its arguments alone: measurements repeat exactly.
  private func sample(_ draft: Draft, _ prompt: Int, repetition: Int) -> DecodingSample {
    let skip = draft.model.skip
    var hash: UInt64 = UInt64(prompt) << 32 | UInt64(repetition)
    for bit in skip.bits(layerCount: layerCount).ones {
      hash = hash &* 31 &+ UInt64(bit) &+ 1
    }
    var random = SplitMix64(seed: hash)
    let wobble = Double.random(in: -1...1, using: &random) * noise
    let ease = 1 + 0.02 * Double(prompt % 5)
    let plain = 0.1 * ease
    let skipped = Double(skip.count) / Double(2 * layerCount)
    let accepted = max(0, 40 - skip.count)
    return DecodingSample(
      prompt: prompt, repetition: repetition, tokenCount: 41, plainSeconds: plain,
      speculativeSeconds: plain
        / (trueSpeedup(skip) * ruleFactor(draft.stop) * ease * exp(wobble)),
      draftingSeconds: plain * (1 - 0.9 * skipped), draftTokenCount: 40,
      acceptedDraftTokenCount: accepted, targetModelCallCount: 41 - accepted)
  }
}

/// What decodes the best few of a synthetic bench that replays.
private final class SyntheticDecoder: Validator {
  let bench: SyntheticBench

  init(_ bench: SyntheticBench) { self.bench = bench }

  func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    var evaluations: [Evaluation] = []
    for draft in drafts {
      var evaluation = try bench.evaluate(draft, against: nil, until: stop)
      for index in evaluation.samples.indices {
        evaluation.samples[index].speculativeSeconds *= bench.slowdown
        evaluation.samples[index].isPlainMeasured = true
        if bench.miscounts { evaluation.samples[index].draftTokenCount += 1 }
      }
      evaluations.append(evaluation)
    }
    return evaluations
  }
}
