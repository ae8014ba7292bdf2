import Foundation
import Inference

/// Evaluates skip sets by replay: what the full model emits is known after one plain decoding of the
/// prompts, so a trial's rounds run as rows of a few passes (`DraftReplayer`), and what they would take
/// follows from a cost model that is measured once (`CostModel`).
///
/// A trial replays the same sample of places for every skip set, in chunks, and ends as soon as the set
/// cannot reach the best one so far (`Racing`). The stop rule follows from the record (`RuleSearch`); its
/// worth is cross-validated over prompts. For the best few sets `evaluateCompletely` replays every
/// place: then rounds, drafts and acceptance are exactly those of real decoding.
public final class ReplayEvaluator: CompleteEvaluator, Validator {
  /// The prompts, in order.
  public let prompts: [EncodedPrompt]
  private let generator: Generator
  private let maximumTokens: Int
  private let rules: RuleSearch
  private let seed: UInt64
  private let trialStarts: Int
  private var prepared: Prepared?
  /// What trials recorded, by skip set.
  private var known: [SkipSet: Recorded] = [:]
  private var objectives: [SkipSet: Racing.Objective] = [:]
  private var comparisons = 0
  private let givenCosts: () -> CostModel?

  /// What is made once.
  private struct Prepared {
    let texts: [VerifiedText]
    /// The prompt of each text: those whose answer ends with its first token have none.
    let promptOfText: [Int]
    let replayer: DraftReplayer
    let schedule: ReplaySchedule
    var costs: CostModel
  }

  /// Records of one skip set's trial: of the first `chunkCount` chunks.
  private struct Recorded {
    var chunkCount = 0
    var records: [DraftReplayer.Start: DraftRecord] = [:]
  }

  /// An evaluator of a model's skip sets.
  ///
  /// - Parameters:
  ///   - generator: decodes and replays; not used by anybody else meanwhile.
  ///   - prompts: at least one.
  ///   - maximumTokens: the most tokens to emit per prompt; at least 2.
  ///   - draftMaximum: the most tokens that a round drafts.
  ///   - stop: the rule of all trials; nil: each set has the one that suits it.
  ///   - seed: decides which sets the costs are measured with.
  ///   - trialStarts: about how many places a trial replays.
  ///   - costs: asked once for what passes cost; measured where that is nil. A resumed study must not
  ///     judge later trials by other costs.
  public init(
    generator: Generator, prompts: [EncodedPrompt], maximumTokens: Int, draftMaximum: Int,
    stop: DraftStop? = nil, seed: UInt64 = 0, trialStarts: Int = 384,
    costs: @escaping () -> CostModel? = { nil }
  ) {
    precondition(!prompts.isEmpty && maximumTokens >= 2 && trialStarts >= 1)
    self.generator = generator
    self.prompts = prompts
    self.maximumTokens = maximumTokens
    self.seed = seed
    self.trialStarts = trialStarts
    rules = RuleSearch(
      maximum: min(draftMaximum, DraftSettings.largestMaximum), wanted: stop,
      least: stop == nil ? Self.leastConfidence : 0)
    givenCosts = costs
  }

  /// With which confidence a trial follows mistakes: no threshold below is tried.
  static let leastConfidence = 0.3
  /// Starts of a chunk: as many as run in one pass.
  static let chunkSize = 64

  /// What passes cost on this machine; nil before the baseline.
  public var costs: CostModel? { prepared?.costs }

  /// Decodes every prompt plainly, keeps what replays need, and measures what passes cost; see
  /// `Evaluator`. One repetition, whatever is asked for.
  public func baseline(
    repetitions: Int, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Baseline {
    let start = Stopwatch()
    // Wakes threads and brings the weights into memory.
    _ = try text(0, isStopped)
    var texts: [VerifiedText] = []
    var promptOfText: [Int] = []
    var total = DecodingTelemetry()
    var looping = 0
    for index in prompts.indices {
      let (text, decoding) = try text(index, isStopped)
      total += decoding.telemetry
      if RepetitiveTail(
        Array(decoding.finish == .endOfText ? decoding.ids.dropLast() : decoding.ids[...])) != nil
      {
        looping += 1
      }
      guard !text.starts.isEmpty else { continue }
      texts.append(text)
      promptOfText.append(index)
    }
    guard let speed = total.tokensPerSecond, !texts.isEmpty else { throw .nothingToMeasure }
    let costs: CostModel
    if let given = givenCosts() {
      costs = given
    } else {
      costs = try measureCosts(texts, isStopped)
    }
    prepared = Prepared(
      texts: texts, promptOfText: promptOfText,
      replayer: DraftReplayer(generator, texts: texts, draftMaximum: rules.maximum),
      schedule: ReplaySchedule(
        startCounts: texts.map(\.starts.count), chunkSize: Self.chunkSize),
      costs: costs)
    return Baseline(
      samples: [speed], promptCount: prompts.count, tokenCount: total.emittedTokenCount,
      loopingPromptCount: looping, seconds: start.seconds,
      secondsPerPrompt: (total.decodingSeconds + total.prefillSeconds) / Double(prompts.count))
  }

  private func measureCosts(
    _ texts: [VerifiedText], _ isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> CostModel {
    try CostMeasurement.measure(
      generator: generator, prompts: texts.map(\.prompt), draftMaximum: rules.maximum, seed: seed,
      isStopped: isStopped)
  }

  /// Decodes a candidate really, and judges its complete replay by costs measured meanwhile: between
  /// any two prompts a pair of runs of another, random skip set. Machines change their speed from minute
  /// to minute, and not for all passes alike; so a difference of the two is the model's own.
  ///
  /// - Parameters:
  ///   - candidate: nil settings mean those that suit the set by the costs known so far.
  ///   - decoder: decodes the same prompts.
  public func compare(
    _ skip: SkipSet, _ draft: DraftSettings?, with decoder: DecodeEvaluator,
    isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> (replayed: Evaluation, decoded: Evaluation) {
    let settings: DraftSettings
    if let draft {
      settings = draft
    } else {
      settings = try evaluateCompletely(skip, isStopped: isStopped).candidate.draft
    }
    let candidate = Candidate(skip: skip, draft: settings)
    let texts = try prepare(isStopped).texts
    var measurement = CostMeasurement(
      generator: generator, prompts: texts.map(\.prompt), draftMaximum: rules.maximum,
      seed: seed &+ UInt64(comparisons))
    comparisons += 1
    var failure: EvaluationError?
    let decoded = try decoder.validate([candidate], repetitions: 1, isStopped: isStopped) { _, _ in
      guard failure == nil else { return }
      do throws(EvaluationError) {
        try measurement.step(isStopped: isStopped)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard let costs = measurement.model, let evaluation = decoded.first else {
      throw .nothingToMeasure
    }
    prepared?.costs = costs
    return (try evaluateExactly(candidate, isStopped: isStopped), evaluation)
  }

  private func text(
    _ index: Int, _ isStopped: () -> Bool
  ) throws(EvaluationError) -> (VerifiedText, Generation) {
    guard !isStopped() else { throw .interrupted }
    do throws(GenerationError) {
      let (text, decoding) = try generator.verifiedText(
        prompt: prompts[index].ids, maximumTokens: maximumTokens, isStopped: isStopped)
      if let text { return (text, decoding) }
    } catch {
      throw .generation(place: prompts[index].place, error)
    }
    throw .interrupted
  }

  /// Replays a candidate on the sample of places; see `Evaluator`. Unless the user gave a stop rule, the
  /// evaluation's candidate has the settings that suit its skip set, not those asked for.
  public func evaluate(
    _ candidate: Candidate, incumbent: Evaluation?, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let prepared = try prepare(isStopped)
    let start = Stopwatch()
    let costs = prepared.costs.costs(of: candidate.skip)
    let most = trialChunks(prepared)
    var recorded = known[candidate.skip] ?? Recorded()
    for checkpoint in ReplaySchedule.checkpoints(upTo: most) {
      try replay(candidate.skip, &recorded, upTo: checkpoint, prepared, isStopped)
      known[candidate.skip] = recorded
      let rounds = rounds(recorded, chunks: checkpoint, prepared)
      let choice = rules.choose(rounds, costs)
      let isLast = checkpoint == most
      var rivals: Evaluation?
      if let incumbent {
        rivals = try evaluation(of: incumbent.candidate, chunks: checkpoint, prepared, isStopped)
      }
      // The rule fitted to the very rounds it is judged by is an optimistic bound, as racing wants.
      let isHopeless =
        !isLast
        && (rivals.map {
          Racing.isHopeless(samples(rounds, choice.fitted), incumbent: $0.samples)
        } ?? false)
      guard isLast || isHopeless else { continue }
      let evaluation = Evaluation(
        candidate: Candidate(skip: candidate.skip, draft: choice.settings),
        samples: samples(rounds, choice.validated), stoppedEarly: isHopeless,
        seconds: start.seconds)
      // A part's value is its difference from the best set so far on the same places.
      let reference = rivals.map {
        Evaluation(candidate: $0.candidate, samples: $0.samples, seconds: 0)
      }
      if let value = Racing.objective(evaluation, incumbent: reference) {
        objectives[candidate.skip] =
          isHopeless ? adjusted(value, reference, incumbent) : value
      }
      return evaluation
    }
    throw .nothingToMeasure
  }

  /// A value relative to the incumbent on some places, as one on all places of a trial.
  private func adjusted(
    _ value: Racing.Objective, _ part: Evaluation?, _ whole: Evaluation?
  ) -> Racing.Objective {
    guard let part = part?.speedup, let whole = whole?.speedup else { return value }
    return Racing.Objective(
      logSpeedup: value.logSpeedup - part.logarithm + whole.logarithm, variance: value.variance)
  }

  /// What the last evaluation of a skip set is worth; see `Evaluator`.
  public func objective(
    of evaluation: Evaluation, incumbent: Evaluation?
  ) -> Racing.Objective? {
    objectives[evaluation.candidate.skip]
  }

  /// Replays a skip set at every place, and finds the stop rule by the very rounds that decoding would
  /// have; see `CompleteEvaluator`.
  public func evaluateCompletely(
    _ skip: SkipSet, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let prepared = try prepare(isStopped)
    let start = Stopwatch()
    let rounds = try completeRounds(skip, prepared, isStopped)
    let choice = rules.choose(rounds, prepared.costs.costs(of: skip))
    return Evaluation(
      candidate: Candidate(skip: skip, draft: choice.settings),
      samples: samples(rounds, choice.fitted), seconds: start.seconds)
  }

  /// Replays a candidate at every place with the settings that it has.
  public func evaluateExactly(
    _ candidate: Candidate, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let prepared = try prepare(isStopped)
    let start = Stopwatch()
    let rounds = try completeRounds(candidate.skip, prepared, isStopped)
    let costs = prepared.costs.costs(of: candidate.skip)
    return Evaluation(
      candidate: candidate,
      samples: samples(rounds, rounds.map { $0.totals(candidate.draft, costs) }),
      seconds: start.seconds)
  }

  /// One pass per sub-layer over the first chunk's places: how much less the verified tokens' log
  /// probability is than the full model's; see `CompleteEvaluator`.
  public func screen(
    layerCount: Int, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> [Double] {
    let prepared = try prepare(isStopped)
    let places = prepared.schedule.chunks.first ?? []
    let full = prepared.replayer.meanLogProbability(of: places, skipping: .none)
    var harms: [Double] = []
    for bit in 0..<2 * layerCount {
      guard !isStopped() else { throw .interrupted }
      let layer = bit % layerCount
      let skip =
        bit < layerCount
        ? SkipSet(attention: [layer], mlp: []) : SkipSet(attention: [], mlp: [layer])
      harms.append(
        max(0, full - prepared.replayer.meanLogProbability(of: places, skipping: skip)))
    }
    return harms
  }

  /// Replays a candidate on the sample of places of a trial with the settings that it has.
  public func evaluateSample(
    _ candidate: Candidate, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let prepared = try prepare(isStopped)
    let start = Stopwatch()
    let count = trialChunks(prepared)
    let starts = prepared.schedule.chunks[..<count].flatMap(\.self)
    // Any rule may have been asked for, so every draft is followed.
    let records = prepared.replayer.records(
      of: starts, skipping: candidate.skip, isStopped: isStopped)
    guard let records else { throw .interrupted }
    let rounds = gather(zip(starts, records), prepared).filter { !$0.records.isEmpty }
    let costs = prepared.costs.costs(of: candidate.skip)
    return Evaluation(
      candidate: candidate,
      samples: samples(rounds, rounds.map { $0.totals(candidate.draft, costs) }),
      seconds: start.seconds)
  }

  private func trialChunks(_ prepared: Prepared) -> Int {
    min(prepared.schedule.chunks.count, max(1, trialStarts / Self.chunkSize))
  }

  /// Replays candidates at every place, once whatever is asked for; see `Validator`.
  public func validate(
    _ candidates: [Candidate], repetitions: Int, isStopped: @escaping () -> Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    var evaluations: [Evaluation] = []
    for (index, candidate) in candidates.enumerated() {
      progress(index, candidates.count)
      evaluations.append(try evaluateExactly(candidate, isStopped: isStopped))
    }
    return evaluations
  }

  private func completeRounds(
    _ skip: SkipSet, _ prepared: Prepared, _ isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> [RecordedRounds] {
    let starts = prepared.texts.indices.flatMap { text in
      prepared.texts[text].starts.map { DraftReplayer.Start(text: text, index: $0) }
    }
    guard
      let records = prepared.replayer.records(of: starts, skipping: skip, isStopped: isStopped)
    else { throw .interrupted }
    var rounds = gather(zip(starts, records), prepared)
    for index in rounds.indices { rounds[index].text = prepared.texts[index] }
    return rounds
  }

  private func prepare(_ isStopped: @escaping () -> Bool) throws(EvaluationError) -> Prepared {
    if let prepared { return prepared }
    _ = try baseline(repetitions: 1, isStopped: isStopped)
    guard let prepared else { throw .nothingToMeasure }
    return prepared
  }

  /// The incumbent on the same chunks; replayed again where it was not in this run.
  private func evaluation(
    of candidate: Candidate, chunks: Int, _ prepared: Prepared, _ isStopped: () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    var recorded = known[candidate.skip] ?? Recorded()
    try replay(candidate.skip, &recorded, upTo: chunks, prepared, isStopped)
    known[candidate.skip] = recorded
    let rounds = rounds(recorded, chunks: chunks, prepared)
    let costs = prepared.costs.costs(of: candidate.skip)
    return Evaluation(
      candidate: candidate,
      samples: samples(rounds, rounds.map { $0.totals(candidate.draft, costs) }),
      seconds: 0)
  }

  private func replay(
    _ skip: SkipSet, _ recorded: inout Recorded, upTo count: Int, _ prepared: Prepared,
    _ isStopped: () -> Bool
  ) throws(EvaluationError) {
    guard recorded.chunkCount < count else { return }
    let starts = prepared.schedule.chunks[recorded.chunkCount..<count].flatMap(\.self)
    let records = prepared.replayer.records(
      of: starts, skipping: skip, extent: .whileConfident(rules.least), isStopped: isStopped)
    guard let records else { throw .interrupted }
    for (start, record) in zip(starts, records) { recorded.records[start] = record }
    recorded.chunkCount = count
  }

  /// The rounds of the first chunks, by prompt.
  private func rounds(
    _ recorded: Recorded, chunks: Int, _ prepared: Prepared
  ) -> [RecordedRounds] {
    let starts = prepared.schedule.chunks[..<chunks].flatMap(\.self)
    return gather(
      starts.compactMap { start in recorded.records[start].map { (start, $0) } }, prepared
    ).filter { !$0.records.isEmpty }
  }

  private func gather(
    _ records: some Sequence<(DraftReplayer.Start, DraftRecord)>, _ prepared: Prepared
  ) -> [RecordedRounds] {
    var rounds = prepared.promptOfText.map { RecordedRounds(prompt: $0) }
    for (start, record) in records {
      let text = prepared.texts[start.text]
      rounds[start.text].records.append(
        RecordedRounds.Record(
          draft: record, context: text.prompt.count + start.index,
          remaining: text.ids.count - 1 - start.index))
    }
    return rounds
  }

  private func samples(
    _ rounds: [RecordedRounds], _ totals: [RoundTotals]
  ) -> [DecodingSample] {
    zip(rounds, totals).map { $1.sample(prompt: $0.prompt) }
  }
}
