import Inference

/// Replays beyond a trial's: of every position, of given stop rules, of many drafts at a glance.
extension ReplayBench {
  /// Replays one of the best few draft models at every position; see `Bench`.
  public func settle(
    _ evaluation: Evaluation, until stop: StopSignal, trying budget: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> Settlement {
    progress(0, 1)
    do throws(EvaluationError) {
      return try settled(evaluation.draft.model, costModel, until: stop)
    } catch {
      guard error == .interrupted else { throw error }
      return Settlement(evaluation)
    }
  }

  /// Replays a draft model at every position, and finds the stop rule by the very rounds that
  /// decoding would have. Counts are exactly those of decoding all prompts, and seconds are
  /// modelled.
  ///
  /// - Parameter costs: what passes cost; nil: the bench's.
  public func evaluateCompletely(
    _ model: DraftModel, costs: CostModel? = nil, until stop: StopSignal
  ) throws(EvaluationError) -> Evaluation {
    try settled(model, costs ?? costModel, until: stop).evaluation
  }

  private func settled(
    _ model: DraftModel, _ costs: CostModel, until stop: StopSignal
  ) throws(EvaluationError) -> Settlement {
    let start = Stopwatch()
    let rounds = try completeRounds(model, behind: nil, stop)
    let search = CompleteRuleSearch(self, model, rounds, costs.costs(of: model))
    let alone = search.alone()
    let choice = try search.best(beside: alone, until: stop)
    return Settlement(
      Evaluation(
        draft: Draft(model: model, stop: choice.rule), samples: samples(rounds, choice.totals),
        seconds: start.seconds),
      isReplayed: true, withoutLookup: Draft(model: model, stop: alone.rule))
  }

  /// Replays a draft at every position with the stop rule that it has.
  ///
  /// - Parameter costs: what passes cost; nil: the bench's.
  public func evaluateExactly(
    _ draft: Draft, costs: CostModel? = nil, until stop: StopSignal
  ) throws(EvaluationError) -> Evaluation {
    let start = Stopwatch()
    let lookup = draft.stop.lookup
    let rounds = try completeRounds(
      draft.model, behind: lookup?.continues ?? false ? lookup : nil, stop)
    return evaluation(
      of: draft, rounds, costs: (costs ?? costModel).costs(of: draft.model), seconds: start.seconds)
  }

  /// Replays a draft on the positions of a trial with the stop rule that it has; at every position
  /// where the model drafts on behind lookups, whose rounds a sample does not tell.
  public func evaluateSample(
    _ draft: Draft, until stop: StopSignal
  ) throws(EvaluationError) -> Evaluation {
    if draft.stop.lookup?.continues ?? false { return try evaluateExactly(draft, until: stop) }
    let start = Stopwatch()
    let chunks = trialChunks(of: draft.model)
    let positions = schedule.positions(in: chunks)
    let extent: DraftReplayer.Extent =
      if case .confidence(let least) = draft.stop.criterion { .whileConfident(least) } else {
        .complete
      }
    let records = try records(of: positions, draft.model, extent: extent, until: stop)
    var evaluation = evaluation(
      of: draft, gather(zip(positions, records)).filter { !$0.records.isEmpty },
      costs: costModel.costs(of: draft.model), seconds: start.seconds)
    evaluation.chunks = chunks.sorted()
    return evaluation
  }

  /// One pass per draft model over the first chunk's positions: how far its distribution of the next
  /// token is from the full model's (`DraftReplayer.meanTotalVariations`); nil where the replayer
  /// cannot tell.
  public func screen(
    _ models: [DraftModel], until stop: StopSignal
  ) throws(EvaluationError) -> [Double]? {
    try replayer.distances(
      of: schedule.chunks.first ?? [], drafting: models, until: stop)
  }

  /// The rounds of all prompts at every position.
  ///
  /// - Parameter lookup: behind what the draft model drafts.
  func completeRounds(
    _ model: DraftModel, behind lookup: LookupRule?, _ stop: StopSignal
  ) throws(EvaluationError) -> [RecordedRounds] {
    let positions = texts.indices.flatMap { text in
      texts[text].positions.map { DraftReplayer.Position(text: text, index: $0) }
    }
    var rounds = gather(
      zip(positions, try records(of: positions, model, behind: lookup, until: stop)))
    for index in rounds.indices { rounds[index].text = texts[index] }
    return rounds
  }
}
