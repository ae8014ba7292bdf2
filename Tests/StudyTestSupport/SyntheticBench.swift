import DraftEvaluation
import Foundation
import Inference
import SkipSearch
import TestSupport

/// A bench without a model: the log speedup of a draft falls by a fixed amount for every sub-layer
/// that it skips otherwise than a hidden best draft, and by less for every other precision or
/// vocabulary, with noise and per-prompt effects that a seed decides. It decodes as far as a study
/// can tell, or replays where it is given what passes cost.
package final class SyntheticBench: Bench, Validator {
  package let layerCount: Int
  package let hidden: DraftModel
  package let bestSpeedup: Double
  package var lossPerBit = 0.06
  package var noise = 0.005
  package var promptCount = 8
  /// Tokens of the model that there is not.
  package var vocabularySize = 1000
  /// What decoding with lookups alone reaches.
  package var lookupSpeedup = 1.0
  /// What lookups multiply the speedup of a draft by.
  package var lookupFactor = 1.0
  /// What stop rules multiply the speedup by.
  package var ruleFactor: (StopRule) -> Double = { _ in 1 }
  /// Called before each evaluation with the number of those so far.
  package var onEvaluate: (Int) -> Void = { _ in }
  /// Called before each measurement of the best few.
  package var onValidate: () -> Void = {}
  /// Called before each prompt that is decoded or replayed, by any draft or plainly.
  package var onRun: () -> Void = {}
  /// As how many runs a prompt of a trial counts.
  package var runsPerTrialPrompt = 1
  /// The draft models of trials, in order.
  package private(set) var evaluated: [DraftModel] = []

  /// The stop rules of trials.
  package private(set) var rules = StopRuleGrid(maximum: 8)
  package private(set) var choices = DraftChoices(draftMaximum: 8)
  package private(set) var baseline = Baseline(
    samples: [1], promptCount: 1, tokenCount: 1, seconds: 1)
  /// Seconds that plain decoding of a prompt is said to take; nil: next to nothing.
  package var secondsPerPrompt: Double?
  /// What passes cost; nil where the bench decodes.
  package let costs: CostModel?
  /// What real decoding of the best few is slower by than their replay.
  package var slowdown = 1.0
  /// Whether decoding counts another draft than the replay.
  package var miscounts = false

  package init(
    layerCount: Int, hidden: DraftModel, bestSpeedup: Double, costs: CostModel? = nil
  ) {
    self.layerCount = layerCount
    self.hidden = hidden
    self.bestSpeedup = bestSpeedup
    self.costs = costs
  }

  package convenience init(
    layerCount: Int, hidden: SkipSet, bestSpeedup: Double, costs: CostModel? = nil
  ) {
    self.init(
      layerCount: layerCount, hidden: DraftModel(skip: hidden), bestSpeedup: bestSpeedup,
      costs: costs)
  }

  /// A study's benches: this one in all three roles.
  package func maker(
    _ settings: StudySettings, runoff: Bool = true
  ) -> Benches.Maker {
    { [self] _, stop throws(EvaluationError) in
      try stop.check()
      rules = settings.decodedRules
      choices = settings.policy.choices(
        VocabularyRanking(outputs: [], endOfText: [2], vocabularySize: vocabularySize),
        draftMaximum: settings.draftMaximum)
      let repetitions = costs == nil ? settings.baselineRepetitions : 1
      baseline = Baseline(
        samples: (0..<repetitions).map { 500 + Double($0) }, promptCount: promptCount,
        tokenCount: promptCount * 40, seconds: 0.25, secondsPerPrompt: secondsPerPrompt)
      for _ in 0...repetitions * promptCount { onRun() }
      let again: any Validator = costs == nil ? self : SyntheticDecoder(self)
      return Benches(trials: self, runoff: runoff ? again : nil, heldOut: self)
    }
  }

  package func screen(
    _ models: [DraftModel], until stop: StopSignal
  ) throws(EvaluationError) -> [Double]? {
    guard costs != nil else { return nil }
    return models.map(harm(of:))
  }

  package func evaluateLookup(until stop: StopSignal) throws(EvaluationError) -> TrialOutcome? {
    guard let lookup = rules.trialRule.lookup else { return nil }
    var samples: [DecodingSample] = []
    for prompt in 0..<promptCount {
      try stop.check()
      onRun()
      samples.append(sample(Draft(model: .full, stop: .lookupAlone(lookup)), prompt))
    }
    return TrialOutcome(
      evaluation: Evaluation(
        draft: Draft(model: .full, stop: .lookupAlone(lookup)), samples: samples, seconds: 0.25),
      objective: Objective(logSpeedup: 0, variance: 1e-4))
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
    var alone = evaluation.draft
    alone.stop.lookup = nil
    guard costs == nil else {
      progress(0, 1)
      let rule = StopRule(
        maximum: 3, criterion: .confidence(0.7), lookup: evaluation.draft.stop.lookup)
      do throws(EvaluationError) {
        var replayed = try evaluate(
          Draft(model: evaluation.draft.model, stop: rule), against: nil, until: stop)
        replayed.seconds = 2
        alone.stop = StopRule(maximum: 3, criterion: .confidence(0.7))
        return Settlement(replayed, isReplayed: true, withoutLookup: alone)
      } catch {
        guard error == .interrupted else { throw error }
        return Settlement(evaluation)
      }
    }
    let stop = stop.or { budget.isRaised }
    var settlement = try rules.settle(evaluation, until: stop, progress: progress) {
      draft, best throws(EvaluationError) in
      try evaluate(draft, against: best, until: stop)
    }
    settlement.withoutLookup = alone
    return settlement
  }

  package func evaluate(
    _ draft: Draft, against incumbent: Evaluation?, until stop: StopSignal
  ) throws(EvaluationError) -> Evaluation {
    onEvaluate(evaluated.count)
    evaluated.append(draft.model)
    var samples: [DecodingSample] = []
    for prompt in 0..<promptCount {
      try stop.check()
      for _ in 0..<runsPerTrialPrompt { onRun() }
      samples.append(sample(draft, prompt))
      if prompt < promptCount - 1, let incumbent,
        Racing.isHopeless(samples, incumbent: incumbent.samples)
      {
        return Evaluation(draft: draft, samples: samples, stoppedEarly: true, seconds: 0.125)
      }
    }
    return Evaluation(draft: draft, samples: samples, seconds: 0.5)
  }

  /// As `DraftDecoder` does: one run to wake up, each prompt plainly and by every draft, and at
  /// least four prompts.
  package func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal, within budget: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    onValidate()
    onRun()
    let prompts = 10
    var samples: [[DecodingSample]] = drafts.map { _ in [] }
    var done = 0
    measuring: for repetition in 0..<repetitions {
      for prompt in 0..<prompts {
        if budget.isRaised, repetition > 0 || prompt >= 4 { break measuring }
        progress(done, repetitions * prompts)
        done += 1
        try stop.check()
        onRun()
        for (index, draft) in drafts.enumerated() {
          onRun()
          samples[index].append(
            sample(draft, prompt, repetition: repetition, isHeldOut: true))
        }
      }
    }
    progress(done, done)
    return zip(drafts, samples).map { Evaluation(draft: $0, samples: $1, seconds: 1) }
  }
}

/// What decodes the best few of a synthetic bench that replays.
private final class SyntheticDecoder: Validator {
  let bench: SyntheticBench

  init(_ bench: SyntheticBench) { self.bench = bench }

  func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal, within budget: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    bench.onRun()
    var evaluations = drafts.map { Evaluation(draft: $0, samples: [], seconds: 0.5) }
    for prompt in 0..<min(bench.promptCount, Benches.checkedPrompts) {
      try stop.check()
      bench.onRun()
      for index in drafts.indices {
        bench.onRun()
        var sample = bench.sample(drafts[index], prompt)
        sample.speculativeSeconds *= bench.slowdown
        if bench.miscounts { sample.draftTokenCount += 1 }
        evaluations[index].samples.append(sample)
      }
    }
    return evaluations
  }
}
