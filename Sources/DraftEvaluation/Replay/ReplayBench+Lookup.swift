import Inference

extension ReplayBench {
  /// What drafting is taken to gain where nothing of the draft models is known yet: how good a
  /// lookup has to be not to stand in their way.
  private static let expectedSpeedup = 1.4

  /// The rule for the lookups of all trials; nil where nothing is looked up.
  static func lookup(
    _ texts: [GreedyText], _ policy: LookupPolicy, _ costs: CostModel
  ) -> LookupRule? {
    guard case .least(let least) = policy else { return nil }
    let plain = 1 / costs.plainSeconds(context: costs.meanContext)
    return LookupFit.rule(
      rounds(texts), costs.costs(of: .full), rate: expectedSpeedup * plain, least: least,
      maximum: policy.maximum)
  }

  /// Decoding with nothing but lookups; see `Bench`. The rounds that a model would begin are plain
  /// ones, which gain nothing.
  public func evaluateLookup(until stop: StopSignal) throws(EvaluationError) -> TrialOutcome? {
    lookupAlone().map {
      TrialOutcome(
        evaluation: $0, objective: Objective(logSpeedup: 0, variance: Racing.leastVariance))
    }
  }

  /// Decoding with nothing but lookups, by the rule that suits it: counts are exactly those of
  /// decoding all prompts, and seconds are modelled. Nil where nothing is looked up.
  func lookupAlone() -> Evaluation? {
    guard case .least(let least) = lookupPolicy else { return nil }
    let start = Stopwatch()
    let costs = costModel.costs(of: .full)
    let rounds = Self.rounds(texts)
    var rate = 1 / costModel.plainSeconds(context: costModel.meanContext)
    var best: (rule: LookupRule, totals: [RoundTotals], speedup: Double)?
    // Dinkelbach's iteration: the rate that is reached is what a lookup has to beat.
    for _ in 0..<4 {
      let fit = LookupFit.rule(
        rounds, costs, rate: rate, least: least, maximum: lookupPolicy.maximum)
      guard let rule = fit ?? lookup else { break }
      let totals = rounds.map { $0.totals(.lookupAlone(rule), costs) }
      let sum = StopRuleSearch.sum(totals)
      guard sum.speedup > best?.speedup ?? 0 else { break }
      best = (rule, totals, sum.speedup)
      rate = Double(sum.emitted) / sum.seconds
    }
    return best.map { best in
      Evaluation(
        draft: Draft(model: .full, stop: .lookupAlone(best.rule)),
        samples: samples(gather([]), best.totals), seconds: start.seconds)
    }
  }

  private static func rounds(_ texts: [GreedyText]) -> [RecordedRounds] {
    texts.enumerated().map { index, text in
      RecordedRounds(prompt: index, lookups: text.lookups, promptLength: text.prompt.count)
    }
  }
}
