import Inference

/// Finds the stop rule and the lookup that suit one of the best few draft models, by the very rounds
/// that decoding would have.
struct CompleteRuleSearch {
  /// A rule with what it comes to on each prompt.
  struct Choice {
    var rule: StopRule
    var totals: [RoundTotals]

    var speedup: Double { StopRuleSearch.sum(totals).speedup }
  }

  private let bench: ReplayBench
  private let model: DraftModel
  /// Recorded at every position, right after the last verified token.
  private let rounds: [RecordedRounds]
  private let costs: RoundCosts

  /// The least share of tokens from lookups with which it is worth trying to draft on behind them.
  private static let leastLookupShare = 0.05

  init(
    _ bench: ReplayBench, _ model: DraftModel, _ rounds: [RecordedRounds], _ costs: RoundCosts
  ) {
    self.bench = bench
    self.model = model
    self.rounds = rounds
    self.costs = costs
  }

  /// The best rule without a lookup.
  func alone() -> Choice {
    let choice = bench.rules.choose(rounds, costs)
    return Choice(rule: choice.rule, totals: choice.fitted)
  }

  /// The best of: no lookup; the trials' lookup; one fitted to what the draft model reaches; and the
  /// best of these with the model drafting on behind.
  func best(beside alone: Choice, until stop: StopSignal) throws(EvaluationError) -> Choice {
    var best = alone
    guard case .least(let least) = bench.lookupPolicy else { return best }
    if let lookup = bench.lookup { keep(choice(lookup), &best) }
    let reached = StopRuleSearch.sum(best.totals)
    let fitted = LookupFit.rule(
      rounds, costs, rate: Double(reached.emitted) / reached.seconds, least: least,
      maximum: bench.lookupPolicy.maximum)
    if let fitted, fitted != bench.lookup { keep(choice(fitted), &best) }
    if let lookup = best.rule.lookup, lookupShare(best.rule) >= Self.leastLookupShare {
      // How far to go behind a lookup is another question than how far to go without one.
      for choice in try continuing(lookup, [best.rule, alone.rule], stop) { keep(choice, &best) }
    }
    return best
  }

  private func keep(_ choice: Choice, _ best: inout Choice) {
    if choice.speedup > best.speedup { best = choice }
  }

  /// The stop rule for the rounds that a lookup leaves to the model, and both together.
  private func choice(_ lookup: LookupRule) -> Choice {
    let others = rounds.map { rounds in
      var others = rounds
      others.text = nil
      others.lookups = []
      others.records.removeAll { record in
        record.draft.lookup.draftCount(lookup, upTo: record.draft.limit) > 0
      }
      return others
    }.filter { !$0.records.isEmpty }
    let isAsked = others.contains { $0.records.contains { $0.draft.limit > 0 } }
    guard isAsked else { return choice(.lookupAlone(lookup)) }
    var rule = bench.rules.choose(others, costs).rule
    rule.lookup = lookup
    return choice(rule)
  }

  private func choice(_ rule: StopRule) -> Choice {
    Choice(rule: rule, totals: rounds.map { $0.totals(rule, costs) })
  }

  /// Rules with the model drafting on behind what is looked up.
  private func continuing(
    _ lookup: LookupRule, _ rules: [StopRule], _ stop: StopSignal
  ) throws(EvaluationError) -> [Choice] {
    let lookup = LookupRule(limits: lookup.limits, continues: true)
    let behind = try bench.completeRounds(model, behind: lookup, stop)
    return rules.filter { $0.maximum > 0 }.map { rule in
      var rule = rule
      rule.lookup = lookup
      return Choice(rule: rule, totals: behind.map { $0.totals(rule, costs) })
    }
  }

  /// Tokens of rounds that look something up, over all.
  private func lookupShare(_ rule: StopRule) -> Double {
    var lookedUp = 0
    var all = 0
    for rounds in rounds {
      guard let text = rounds.text else { continue }
      for round in text.rounds(rule, rounds.records.map(\.draft)) {
        all += round.accepted + 1
        if round.lookedUp > 0 { lookedUp += round.accepted + 1 }
      }
    }
    return all > 0 ? Double(lookedUp) / Double(all) : 0
  }
}
