/// What is drafted after one verified token, by the context and by a draft model: enough to know
/// what real decoding would do there under any stop rule.
public struct DraftRecord: Hashable, Sendable {
  /// Drafted tokens that agree with the full model's continuation, up to the first that does not.
  public internal(set) var matched = 0
  /// The draft's probability (temperature 1) of its own token at each step taken, also of the first
  /// wrong one, and of those after it as far as the replay went on.
  public internal(set) var confidences: [Double] = []
  /// Whether the last step drafted an end of text, after which no rule goes on.
  public internal(set) var endsText = false
  /// The most tokens that decoding would draft here, whatever the rule: the length of the output and
  /// the context set it.
  public internal(set) var limit: Int
  /// What the context drafts here.
  public internal(set) var lookup = LookupRecord.none

  init(limit: Int, lookup: LookupRecord) {
    self.limit = limit
    self.lookup = lookup
  }

  /// A record made elsewhere.
  ///
  /// - Precondition: `matched` ≤ the number of confidences ≤ `limit`.
  public init(
    matched: Int, confidences: [Double], endsText: Bool = false, limit: Int,
    lookup: LookupRecord = .none
  ) {
    precondition(matched <= confidences.count && confidences.count <= limit)
    self.matched = matched
    self.confidences = confidences
    self.endsText = endsText
    self.limit = limit
    self.lookup = lookup
  }

  /// The round that decoding would have here, its rule being about to begin one.
  ///
  /// Where the record ends before the rule does (a replay that does not follow every wrong draft,
  /// see `DraftReplayer.Extent`), the rest counts as drafted without a stop.
  func round(_ rule: inout StopRuleState) -> Generation.Round {
    let found = rule.lookup.map { lookup.draftCount($0, upTo: limit) } ?? 0
    let right = min(found, lookup.matched)
    let continues = rule.lookup?.continues ?? false
    if found > 0, !continues || lookup.endsText(after: found) {
      return Generation.Round(drafted: found, accepted: right, lookedUp: found)
    }
    rule.begin()
    let most = min(limit - found, rule.maximum)
    var drafted = 0
    while drafted < most {
      guard drafted < confidences.count else {
        drafted = most
        break
      }
      drafted += 1
      if endsText, drafted == confidences.count { break }
      if rule.stops(confidence: confidences[drafted - 1]) { break }
    }
    return Generation.Round(
      drafted: found + drafted, accepted: right < found ? right : found + min(drafted, matched),
      lookedUp: found)
  }
}

extension GreedyText {
  /// The rounds that decoding this prompt with a draft model would have, in order: exactly, where
  /// `records` were made with `DraftReplayer.Extent.complete`.
  ///
  /// - Parameters:
  ///   - stop: the stop rule, whose maximum must not exceed the records'.
  ///   - records: the draft model's, one for each of `positions`; made behind the rule's lookup
  ///     where the model drafts on there.
  public func rounds(_ stop: StopRule, _ records: [DraftRecord]) -> [Generation.Round] {
    precondition(records.count == positions.count)
    var rule = StopRuleState(stop)
    var rounds: [Generation.Round] = []
    var position = 0
    while position < positions.upperBound {
      let round = records[position].round(&rule)
      rule.follow(round)
      rounds.append(round)
      // An accepted end of text is the last token, and nothing of the model's own comes after it.
      position += round.accepted + 1
    }
    return rounds
  }
}

extension StopRule {
  /// The round of each record under this rule, each as if it were the first of a text: exact for
  /// rules without a memory from one round to the next (all but `adaptive`).
  public func rounds(_ records: [DraftRecord]) -> [Generation.Round] {
    var rule = StopRuleState(self)
    return records.map { $0.round(&rule) }
  }
}
