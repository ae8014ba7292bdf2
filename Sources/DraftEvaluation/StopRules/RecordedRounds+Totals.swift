import Inference

extension RecordedRounds {
  /// The totals of decoding: exactly, where the text is there. Where it is not, what decoding comes
  /// to on average if rounds that the draft model begins start anywhere alike.
  func totals(_ rule: StopRule, _ costs: RoundCosts) -> RoundTotals {
    if let text { return totals(of: text, rule, costs) }
    return totals(lookingUp: rule.lookup, beside: modelTotals(rule, costs), costs)
  }

  /// The totals of decoding a text that is not there.
  ///
  /// - Parameter model: of the rounds that the draft model begins, at some positions.
  func totals(
    lookingUp lookup: LookupRule?, beside model: RoundTotals, _ costs: RoundCosts
  ) -> RoundTotals {
    guard let lookup, !lookups.isEmpty else { return model }
    let (lookedUp, others) = lookupTotals(lookup, costs)
    return lookedUp + model.covering(others, promptLength, costs)
  }

  private func totals(
    of text: GreedyText, _ rule: StopRule, _ costs: RoundCosts
  ) -> RoundTotals {
    var totals = RoundTotals()
    var position = 0
    for round in text.rounds(rule, records.map(\.draft)) {
      let emitted = records[position].emitted(accepted: round.accepted)
      totals.add(round, emitted: emitted, context: records[position].context, costs)
      position += emitted
    }
    return totals
  }

  /// Of the rounds that the draft model begins: every recorded position is one.
  private func modelTotals(_ rule: StopRule, _ costs: RoundCosts) -> RoundTotals {
    var totals = RoundTotals()
    // Nothing was recorded of a model that never drafts.
    guard rule.maximum > 0 else { return totals }
    let begun = records.filter { record in
      rule.lookup.map { record.draft.lookup.draftCount($0, upTo: record.draft.limit) == 0 } ?? true
    }
    for (record, round) in zip(begun, rule.rounds(begun.map(\.draft))) {
      totals.add(
        round, emitted: record.emitted(accepted: round.accepted), context: record.context, costs)
    }
    return totals
  }

  /// The rounds of a text that are looked up, and how many tokens are left to the draft model. A
  /// lookup needs no model, so they follow one another as in decoding; between them the text goes on
  /// token by token.
  private func lookupTotals(
    _ rule: LookupRule, _ costs: RoundCosts
  ) -> (lookedUp: RoundTotals, others: Int) {
    var totals = RoundTotals()
    var others = 0
    var index = 0
    while index < lookups.count {
      let remaining = lookups.count - index
      // The record knows how far decoding would draft here: the text may end before.
      let count = lookups[index].draftCount(rule, upTo: StopRule.largestMaximum)
      guard count > 0 else {
        others += 1
        index += 1
        continue
      }
      let accepted = min(count, lookups[index].matched)
      let emitted = min(accepted + 1, remaining)
      totals.add(
        Generation.Round(drafted: count, accepted: accepted, lookedUp: count), emitted: emitted,
        context: promptLength + index, costs)
      index += emitted
    }
    return (totals, others)
  }
}

extension RoundTotals {
  /// As many such rounds as emit `tokens` tokens; plain ones where there is nothing to go by.
  fileprivate func covering(
    _ tokens: Int, _ context: Int, _ costs: RoundCosts
  ) -> RoundTotals {
    guard emitted == 0 else { return scaled(by: Double(tokens) / Double(emitted)) }
    var totals = RoundTotals()
    for _ in 0..<tokens {
      totals.add(Generation.Round(drafted: 0, accepted: 0), emitted: 1, context: context, costs)
    }
    return totals
  }

  fileprivate static func + (left: RoundTotals, right: RoundTotals) -> RoundTotals {
    var sum = left
    sum += right
    return sum
  }
}
