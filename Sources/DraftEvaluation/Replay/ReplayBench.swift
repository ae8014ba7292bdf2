import Inference

/// A bench that replays: what the full model emits is known after one plain decoding of the
/// prompts, so a trial's rounds run as rows of a few passes (`DraftReplayer`), and what they would
/// take follows from a cost model that is measured once (`CostModel`).
///
/// A trial replays some chunks of positions that its draft model and the seed decide
/// (`ReplaySchedule`), and ends as soon as the draft model cannot reach the best one so far on the
/// same positions (`Racing`). The stop rule follows from the record (`StopRuleSearch`); its worth
/// is cross-validated over prompts. The best few are replayed at every position: then rounds,
/// drafts and acceptance are exactly those of real decoding.
public final class ReplayBench: Bench {
  /// What a replay needs to know of how it is asked for.
  public struct Options: Sendable {
    /// The most tokens to emit per prompt; at least 2.
    public var maximumTokens: Int
    /// The most tokens that a round drafts; at least 1.
    public var draftMaximum: Int
    /// When rounds stop; nil: each draft model has the rule that suits it.
    public var stop: StopCriterion?
    /// What drafts may consist of beside a skip set.
    public var policy: DraftPolicy
    /// What costs are measured for; nil: what the policy says.
    public var choices: DraftChoices?
    /// The most tokens that drafts with a rule of their own look up, where that is more than the
    /// policy says.
    public var lookupMaximum = 0
    /// Decides which draft models the costs are measured with, and which positions a trial replays.
    public var seed: UInt64
    /// About how many positions a trial replays; at least 1.
    public var trialPositions: Int

    /// The defaults are those of a search.
    public init(
      maximumTokens: Int, draftMaximum: Int, stop: StopCriterion? = nil,
      policy: DraftPolicy = .classical, seed: UInt64 = 0,
      trialPositions: Int = 384
    ) {
      precondition(maximumTokens >= 2 && draftMaximum >= 1 && trialPositions >= 1)
      self.maximumTokens = maximumTokens
      self.draftMaximum = draftMaximum
      self.stop = stop
      self.policy = policy
      self.seed = seed
      self.trialPositions = trialPositions
    }
  }

  /// Plain decoding of the prompts, one pass.
  public let baseline: Baseline
  /// What passes cost on this machine.
  public var costs: CostModel? { costModel }
  /// What passes cost on this machine.
  public let costModel: CostModel

  let texts: [GreedyText]
  /// The prompt of each text: those whose answer ends with its first token have none.
  private let promptOfText: [Int]
  let replayer: any Replayer
  let schedule: ReplaySchedule
  let rules: StopRuleSearch
  let lookupPolicy: LookupPolicy
  /// What drafts may consist of beside a skip set: what costs were measured for.
  public let choices: DraftChoices
  /// What all trials look up; nil for nothing. The best few are given limits of their own.
  public let lookup: LookupRule?
  private let seed: UInt64
  /// Chunks of a trial.
  private let trialChunkCount: Int
  /// What trials recorded: the incumbent is compared on the chunks of each new one.
  private var known: [DraftModel: Recorded] = [:]

  /// Records of one draft model at the positions of some chunks.
  private struct Recorded {
    var chunks: Set<Int> = []
    var records: [DraftReplayer.Position: DraftRecord] = [:]
  }

  /// With which confidence a trial follows mistakes: no threshold below is tried.
  static let leastConfidence = 0.3
  /// Positions of a chunk: as many as run in one pass.
  static let chunkSize = 64

  init(
    texts: [GreedyText], promptOfText: [Int], replayer: any Replayer, costs: CostModel,
    baseline: Baseline, choices: DraftChoices, options: Options
  ) {
    self.texts = texts
    self.promptOfText = promptOfText
    self.replayer = replayer
    self.baseline = baseline
    costModel = costs
    lookupPolicy = options.policy.lookup
    self.choices = choices
    let lookup = Self.lookup(texts, options.policy.lookup, costs)
    self.lookup = lookup
    let counts = texts.map(\.positions.count)
    let begun = ReplaySchedule(positionCounts: counts, chunkSize: Self.chunkSize) { position in
      let text = texts[position.text]
      let limit = text.draftLimit(at: position.index)
      return lookup.map { text.lookups[position.index].draftCount($0, upTo: limit) == 0 } ?? true
    }
    // Where the lookup leaves no draft to the model, trials still have to tell models apart.
    let isAsked = begun.chunks.joined().contains { position in
      texts[position.text].draftLimit(at: position.index) > 0
    }
    schedule =
      isAsked ? begun : ReplaySchedule(positionCounts: counts, chunkSize: Self.chunkSize)
    rules = StopRuleSearch(
      maximum: replayer.draftMaximum, wanted: options.stop,
      least: options.stop == nil ? Self.leastConfidence : 0)
    seed = options.seed
    trialChunkCount = min(schedule.chunks.count, max(1, options.trialPositions / Self.chunkSize))
  }

  // MARK: Trials

  /// Replays a draft model on its chunks of positions; see `Bench`.
  public func evaluate(
    _ model: DraftModel, against incumbent: Evaluation?, until stop: StopSignal
  ) throws(EvaluationError) -> TrialOutcome {
    let start = Stopwatch()
    let costs = costModel.costs(of: model)
    let order = trialChunks(of: model)
    for checkpoint in ReplaySchedule.checkpoints(upTo: order.count) {
      let chunks = order[..<checkpoint]
      let rounds = try rounds(model, chunks, stop)
      let choice = rules.choose(rounds, costs)
      let isLast = checkpoint == order.count
      var rival: Evaluation?
      if let incumbent {
        var draft = incumbent.draft
        draft.stop.lookup = nil
        rival = evaluation(
          of: draft, try self.rounds(draft.model, chunks, stop),
          costs: costModel.costs(of: draft.model), seconds: 0)
      }
      // The rule fitted to the very rounds it is judged by is an optimistic bound, as racing wants.
      let isHopeless =
        !isLast
        && (rival.map {
          Racing.isHopeless(samples(rounds, choice.fitted), incumbent: $0.samples)
        } ?? false)
      guard isLast || isHopeless else { continue }
      // What the optimiser is told is of the rounds that the draft model begins. What is looked up
      // beside them is the same for all.
      var evaluation = Evaluation(
        draft: Draft(model: model, stop: choice.rule),
        samples: samples(rounds, choice.validated), stoppedEarly: isHopeless,
        chunks: chunks.sorted(), seconds: start.seconds)
      // A part's value is its difference from the best draft so far on the same positions.
      var objective = try TrialOutcome(evaluation, against: rival).objective
      if isHopeless, let incumbent {
        let whole = try begun(incumbent, costs: costModel.costs(of: incumbent.draft.model), stop)
        objective = adjusted(objective, part: rival, whole: whole)
      }
      if let lookup {
        evaluation.draft.stop.lookup = lookup
        evaluation.samples = samples(
          rounds,
          zip(rounds, choice.validated).map {
            $0.totals(lookingUp: lookup, beside: $1, costs)
          })
      }
      return TrialOutcome(evaluation: evaluation, objective: objective)
    }
    throw .nothingToMeasure
  }

  /// A whole trial as the optimiser sees it: without what is looked up beside it.
  private func begun(
    _ trial: Evaluation, costs: RoundCosts, _ stop: StopSignal
  ) throws(EvaluationError) -> Evaluation {
    guard trial.draft.stop.lookup != nil else { return trial }
    var draft = trial.draft
    draft.stop.lookup = nil
    return evaluation(
      of: draft, try rounds(draft.model, trialChunks(of: draft.model)[...], stop), costs: costs,
      seconds: 0)
  }

  /// A value relative to the incumbent on some positions, as one on all positions of a trial.
  private func adjusted(
    _ value: Objective, part: Evaluation?, whole: Evaluation?
  ) -> Objective {
    guard let part = part?.speedup, let whole = whole?.speedup else { return value }
    return Objective(
      logSpeedup: value.logSpeedup - part.logarithm + whole.logarithm, variance: value.variance)
  }

  /// The chunks of a draft model's trial, in order.
  func trialChunks(of model: DraftModel) -> [Int] {
    schedule.order(of: model, seed: seed, count: trialChunkCount)
  }

  // MARK: Rounds

  /// What a draft's rounds come to with the stop rule that it has.
  func evaluation(
    of draft: Draft, _ rounds: [RecordedRounds], costs: RoundCosts, seconds: Double
  ) -> Evaluation {
    Evaluation(
      draft: draft, samples: samples(rounds, rounds.map { $0.totals(draft.stop, costs) }),
      seconds: seconds)
  }

  /// The rounds of some chunks, by prompt; those not known are replayed.
  private func rounds(
    _ model: DraftModel, _ chunks: ArraySlice<Int>, _ stop: StopSignal
  ) throws(EvaluationError) -> [RecordedRounds] {
    var recorded = known[model] ?? Recorded()
    let missing = chunks.filter { !recorded.chunks.contains($0) }
    // Mostly nothing is missing of the incumbent, and changing its records would copy them.
    if !missing.isEmpty {
      let positions = schedule.positions(in: missing)
      let records = try records(
        of: positions, model, extent: .whileConfident(rules.least), until: stop)
      for (position, record) in zip(positions, records) { recorded.records[position] = record }
      recorded.chunks.formUnion(missing)
      known[model] = recorded
    }
    return gather(
      schedule.positions(in: chunks).compactMap { position in
        recorded.records[position].map { (position, $0) }
      }
    ).filter { !$0.records.isEmpty }
  }

  func records(
    of positions: [DraftReplayer.Position], _ model: DraftModel,
    behind lookup: LookupRule? = nil, extent: DraftReplayer.Extent = .complete,
    until stop: StopSignal
  ) throws(EvaluationError) -> [DraftRecord] {
    try replayer.records(
      of: positions, drafting: model, behind: lookup, extent: extent, until: stop)
  }

  func gather(
    _ records: some Sequence<(DraftReplayer.Position, DraftRecord)>
  ) -> [RecordedRounds] {
    var rounds = zip(promptOfText, texts).map { prompt, text in
      RecordedRounds(
        prompt: prompt, lookups: replayer.lookupMaximum == 0 ? [] : text.lookups,
        promptLength: text.prompt.count)
    }
    for (position, record) in records {
      let text = texts[position.text]
      rounds[position.text].records.append(
        RecordedRounds.Record(
          draft: record, context: text.prompt.count + position.index,
          remaining: text.ids.count - 1 - position.index))
    }
    return rounds
  }

  func samples(
    _ rounds: [RecordedRounds], _ totals: [RoundTotals]
  ) -> [DecodingSample] {
    zip(rounds, totals).map { $1.sample(prompt: $0.prompt) }
  }
}
