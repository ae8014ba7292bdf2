import Foundation
import Inference

/// Evaluates skip sets by replay: what the full model emits is known after one plain decoding of the
/// prompts, so a trial's rounds run as rows of a few passes (`DraftReplayer`), and what they would take
/// follows from a cost model that is measured once (`CostModel`).
///
/// A trial replays a sample of places that its skip set and the seed decide (`ReplaySchedule`), in chunks,
/// and ends as soon as the set cannot reach the best one so far on the same places (`Racing`). The stop
/// rule follows from the record (`StopRuleSearch`); its worth is cross-validated over prompts. For the best
/// few sets `evaluateCompletely` replays every place: then rounds, drafts and acceptance are exactly
/// those of real decoding.
public final class ReplayEvaluator: CompleteEvaluator, Validator {
  /// The prompts, in order.
  public let prompts: [EncodedPrompt]
  let generator: Generator
  private let maximumTokens: Int
  let rules: StopRuleSearch
  let seed: UInt64
  private let trialStarts: Int
  var prepared: Prepared?
  /// What trials recorded, by skip set.
  private var known: [SkipSet: Recorded] = [:]
  private var objectives: [SkipSet: Racing.Objective] = [:]
  var comparisons = 0
  private let givenCosts: () -> CostModel?

  /// What is made once.
  struct Prepared {
    let texts: [VerifiedText]
    /// The prompt of each text: those whose answer ends with its first token have none.
    let promptOfText: [Int]
    let replayer: DraftReplayer
    let schedule: ReplaySchedule
    var costs: CostModel
  }

  /// Records of one skip set at the places of some chunks.
  private struct Recorded {
    var chunks: Set<Int> = []
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
  ///   - seed: decides which sets the costs are measured with, and which places a trial replays.
  ///   - trialStarts: about how many places a trial replays.
  ///   - costs: asked once for what passes cost; measured where that is nil. A resumed study must not
  ///     judge later trials by other costs.
  public init(
    generator: Generator, prompts: [EncodedPrompt], maximumTokens: Int, draftMaximum: Int,
    stop: StopCriterion? = nil, seed: UInt64 = 0, trialStarts: Int = 384,
    costs: @escaping () -> CostModel? = { nil }
  ) {
    precondition(!prompts.isEmpty && maximumTokens >= 2 && trialStarts >= 1)
    self.generator = generator
    self.prompts = prompts
    self.maximumTokens = maximumTokens
    self.seed = seed
    self.trialStarts = trialStarts
    rules = StopRuleSearch(
      maximum: min(draftMaximum, StopRule.largestMaximum), wanted: stop,
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
      if RepetitiveTail(of: decoding.ids, decoding.finish) != nil { looping += 1 }
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
    _ candidate: Draft, incumbent: Evaluation?, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    let prepared = try prepare(isStopped)
    let start = Stopwatch()
    let costs = prepared.costs.costs(of: candidate.model.skip)
    let most = trialChunks(prepared)
    let order = prepared.schedule.order(of: candidate.model.skip, seed: seed, count: most)
    for checkpoint in ReplaySchedule.checkpoints(upTo: most) {
      let chunks = order[..<checkpoint]
      let rounds = try rounds(candidate.model.skip, chunks, prepared, isStopped)
      let choice = rules.choose(rounds, costs)
      let isLast = checkpoint == most
      var rivals: Evaluation?
      if let incumbent {
        rivals = evaluation(
          of: incumbent.draft,
          try self.rounds(incumbent.draft.model.skip, chunks, prepared, isStopped), prepared,
          seconds: 0)
      }
      // The rule fitted to the very rounds it is judged by is an optimistic bound, as racing wants.
      let isHopeless =
        !isLast
        && (rivals.map {
          Racing.isHopeless(samples(rounds, choice.fitted), incumbent: $0.samples)
        } ?? false)
      guard isLast || isHopeless else { continue }
      let evaluation = Evaluation(
        draft: Draft(skip: candidate.model.skip, stop: choice.settings),
        samples: samples(rounds, choice.validated), stoppedEarly: isHopeless,
        chunks: chunks.sorted(), seconds: start.seconds)
      // A part's value is its difference from the best set so far on the same places.
      if let value = Racing.objective(evaluation, incumbent: rivals) {
        objectives[candidate.model.skip] = isHopeless ? adjusted(value, rivals, incumbent) : value
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
    objectives[evaluation.draft.model.skip]
  }

  func trialChunks(_ prepared: Prepared) -> Int {
    min(prepared.schedule.chunks.count, max(1, trialStarts / Self.chunkSize))
  }

  func prepare(_ isStopped: @escaping () -> Bool) throws(EvaluationError) -> Prepared {
    if let prepared { return prepared }
    _ = try baseline(repetitions: 1, isStopped: isStopped)
    guard let prepared else { throw .nothingToMeasure }
    return prepared
  }

  /// What a candidate's rounds come to with the settings that it has.
  func evaluation(
    of candidate: Draft, _ rounds: [RecordedRounds], _ prepared: Prepared, seconds: Double
  ) -> Evaluation {
    let costs = prepared.costs.costs(of: candidate.model.skip)
    return Evaluation(
      draft: candidate,
      samples: samples(rounds, rounds.map { $0.totals(candidate.stop, costs) }), seconds: seconds)
  }

  /// The rounds of some chunks, by prompt; those not known are replayed.
  private func rounds(
    _ skip: SkipSet, _ chunks: ArraySlice<Int>, _ prepared: Prepared, _ isStopped: () -> Bool
  ) throws(EvaluationError) -> [RecordedRounds] {
    var recorded = known[skip] ?? Recorded()
    let missing = chunks.filter { !recorded.chunks.contains($0) }
    // Mostly nothing is missing of the incumbent, and changing its records would copy them.
    if !missing.isEmpty {
      let starts = prepared.schedule.starts(in: missing)
      let records = prepared.replayer.records(
        of: starts, skipping: skip, extent: .whileConfident(rules.least), isStopped: isStopped)
      guard let records else { throw .interrupted }
      for (start, record) in zip(starts, records) { recorded.records[start] = record }
      recorded.chunks.formUnion(missing)
      known[skip] = recorded
    }
    return gather(
      prepared.schedule.starts(in: chunks).compactMap { start in
        recorded.records[start].map { (start, $0) }
      }, prepared
    ).filter { !$0.records.isEmpty }
  }

  func gather(
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

  func samples(
    _ rounds: [RecordedRounds], _ totals: [RoundTotals]
  ) -> [DecodingSample] {
    zip(rounds, totals).map { $1.sample(prompt: $0.prompt) }
  }
}
