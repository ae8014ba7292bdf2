import Inference
import Statistics

/// A bench that really decodes.
///
/// A trial decodes plainly next to every n-th prompt only (`plainInterval`; others in the next
/// trial). At the other prompts plain decoding counts as the baseline's median, times the drift of
/// the machine: this trial's plain seconds over the baseline's on the prompts where both were
/// measured.
public final class DecodeBench: Bench {
  /// What decodes the prompts.
  public let decoder: DraftDecoder
  /// Plain decoding of the prompts.
  public let baseline: Baseline
  /// What drafts may consist of beside a skip set.
  public let choices: DraftChoices
  /// Nil: what passes cost shows in what they take.
  public var costs: CostModel? { nil }

  private let plainInterval: Int
  private let rules: StopRuleGrid
  /// Median plain seconds of each prompt.
  private let plainMedians: [Double]
  /// Drafts measured so far: decides which prompts decode plainly next, and what comes first.
  private var turn = 0

  private init(
    _ decoder: DraftDecoder, plainInterval: Int, rules: StopRuleGrid, baseline: Baseline,
    choices: DraftChoices, plainMedians: [Double]
  ) {
    self.decoder = decoder
    self.plainInterval = plainInterval
    self.rules = rules
    self.baseline = baseline
    self.choices = choices
    self.plainMedians = plainMedians
  }

  /// Decodes all prompts plainly, and makes the bench. The first prompt is decoded once more
  /// before, to wake threads and bring the weights into memory.
  ///
  /// - Parameters:
  ///   - plainInterval: next to every how many prompts a trial decodes plainly, at least 1.
  ///   - rules: the stop rule of trials, and what the best few try besides.
  ///   - repetitions: passes over the prompts, at least 1.
  ///   - choices: what drafts may consist of, given what the prompts' outputs are.
  public static func prepare(
    _ decoder: DraftDecoder, plainInterval: Int = 1, rules: StopRuleGrid, repetitions: Int,
    choices: (_ outputs: [[Int]]) -> DraftChoices, until stop: StopSignal
  ) throws(EvaluationError) -> DecodeBench {
    precondition(repetitions >= 1 && plainInterval >= 1)
    let start = Stopwatch()
    _ = try decoder.run(0, nil, stop)
    var samples: [Double] = []
    var tokens = 0
    var looping = 0
    var seconds: [[Double]] = decoder.prompts.map { _ in [] }
    for repetition in 0..<repetitions {
      var total = DecodingTelemetry()
      var decoded = 0
      for index in decoder.prompts.indices {
        let result = try decoder.plain(index, stop)
        total += result.telemetry
        seconds[index].append(result.telemetry.decodingSeconds)
        decoded += max(0, result.ids.count - 1)
        if repetition == 0 {
          tokens += result.ids.count
          if RepetitiveTail(of: result.ids, result.finish) != nil { looping += 1 }
        }
      }
      guard decoded > 0, total.decodingSeconds > 0 else { throw .nothingToMeasure }
      samples.append(Double(decoded) / total.decodingSeconds)
    }
    return DecodeBench(
      decoder, plainInterval: plainInterval, rules: rules,
      baseline: Baseline(
        samples: samples, promptCount: decoder.prompts.count, tokenCount: tokens,
        loopingPromptCount: looping, seconds: start.seconds),
      choices: choices(decoder.outputs), plainMedians: seconds.map { median($0) })
  }

  /// Nil: a screen by decoding would cost a trial for each sub-layer.
  public func screen(
    _ models: [DraftModel], until stop: StopSignal
  ) throws(EvaluationError) -> [Double]? { nil }

  /// Decodes with the lookups of all trials; see `Bench`.
  public func evaluateLookup(until stop: StopSignal) throws(EvaluationError) -> TrialOutcome? {
    guard let lookup = rules.trialRule.lookup else { return nil }
    return try TrialOutcome(
      evaluate(Draft(model: .full, stop: .lookupAlone(lookup)), against: nil, until: stop),
      against: nil)
  }

  /// Decodes with a draft model and the trials' stop rule; see `Bench`.
  public func evaluate(
    _ model: DraftModel, against incumbent: Evaluation?, until stop: StopSignal
  ) throws(EvaluationError) -> TrialOutcome {
    try TrialOutcome(
      evaluate(Draft(model: model, stop: rules.trialRule), against: incumbent, until: stop),
      against: incumbent)
  }

  /// Tries the other stop rules of the grid; see `Bench`.
  public func settle(
    _ evaluation: Evaluation, until stop: StopSignal, trying budget: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> Settlement {
    let stop = stop.or { budget.isRaised }
    return try rules.settle(evaluation, until: stop, progress: progress) {
      draft, best throws(EvaluationError) in
      try evaluate(draft, against: best, until: stop)
    }
  }

  /// Decodes with a draft, plainly beside it where it is a prompt's turn.
  func evaluate(
    _ draft: Draft, against incumbent: Evaluation?, until stop: StopSignal
  ) throws(EvaluationError) -> Evaluation {
    turn += 1
    let turn = turn
    return try decoder.evaluate(draft, against: incumbent, complete: estimated) {
      index throws(EvaluationError) in
      if (index + turn) % plainInterval == 0 {
        // Which of the two is first changes from one measured prompt to the next.
        let first = (index / plainInterval + turn) % 2
        return try decoder.samples(index, [draft], first: first, repetition: 0, stop)
      }
      return [try decoder.sample(index, draft, plainSeconds: nil, stop)]
    }
  }

  /// The samples with plain seconds from the baseline and the drift seen where both are known.
  private func estimated(_ samples: [DecodingSample]) -> [DecodingSample] {
    let measured = samples.filter { $0.isPlainMeasured && $0.isMeasurable }
    let expected = measured.reduce(0) { $0 + plainMedians[$1.prompt] }
    let drift = expected > 0 ? measured.reduce(0) { $0 + $1.plainSeconds } / expected : 1
    return samples.map { sample in
      guard !sample.isPlainMeasured else { return sample }
      var sample = sample
      sample.plainSeconds = plainMedians[sample.prompt] * drift
      return sample
    }
  }
}
