import Inference

/// Recorded rounds of one prompt with one draft model: what every stop rule would have done there.
struct RecordedRounds {
  /// The prompt's number.
  let prompt: Int
  var records: [Record] = []
  /// The text, where `records` has all its starts in order and followed every draft: then its
  /// rounds are exactly those of decoding.
  var text: GreedyText?
  /// What the context drafts at each position of the text, in order; empty where nothing is looked
  /// up.
  var lookups: [LookupRecord] = []
  /// Positions in the cache before the round at the text's first.
  var promptLength = 0

  /// One position.
  struct Record: Sendable {
    var draft: DraftRecord
    /// Positions in the cache before the round.
    var context: Int
    /// Tokens that may still be emitted: the text has no more.
    var remaining: Int

    /// Tokens that a round emits: the accepted ones and one of the full model's own, unless the
    /// text ends before.
    func emitted(accepted: Int) -> Int { min(accepted + 1, remaining) }
  }
}

/// What rounds under one rule come to.
struct RoundTotals: Hashable, Sendable {
  var rounds = 0
  var emitted = 0
  var drafted = 0
  var accepted = 0
  var draftingSeconds = 0.0
  var verificationSeconds = 0.0
  var plainSeconds = 0.0

  var seconds: Double { draftingSeconds + verificationSeconds }

  mutating func add(
    _ round: Generation.Round, emitted count: Int, context: Int, _ costs: RoundCosts
  ) {
    let context = Double(context)
    rounds += 1
    emitted += count
    drafted += round.drafted
    accepted += round.accepted
    draftingSeconds += costs.draftSeconds(
      round.drafted - round.lookedUp, behind: round.lookedUp, context: context)
    verificationSeconds += costs.verificationSeconds(round.drafted, context: context)
    plainSeconds += costs.plainSeconds(count, context: context)
  }

  static func += (sum: inout RoundTotals, other: RoundTotals) {
    sum.rounds += other.rounds
    sum.emitted += other.emitted
    sum.drafted += other.drafted
    sum.accepted += other.accepted
    sum.draftingSeconds += other.draftingSeconds
    sum.verificationSeconds += other.verificationSeconds
    sum.plainSeconds += other.plainSeconds
  }

  /// The same rounds so often.
  func scaled(by factor: Double) -> RoundTotals {
    func scaled(_ count: Int) -> Int { Int((Double(count) * factor).rounded()) }
    return RoundTotals(
      rounds: scaled(rounds), emitted: scaled(emitted), drafted: scaled(drafted),
      accepted: scaled(accepted), draftingSeconds: draftingSeconds * factor,
      verificationSeconds: verificationSeconds * factor, plainSeconds: plainSeconds * factor)
  }

  /// Plain over speculative seconds; 0 for no rounds.
  var speedup: Double { seconds > 0 ? plainSeconds / seconds : 0 }

  /// As a sample of decoding: modelled seconds, counts of the rounds.
  func sample(prompt: Int) -> DecodingSample {
    DecodingSample(
      // A sample's first token is the prefill's.
      prompt: prompt, repetition: 0, tokenCount: emitted + 1, plainSeconds: plainSeconds,
      isPlainMeasured: false, speculativeSeconds: seconds, draftingSeconds: draftingSeconds,
      draftTokenCount: drafted, acceptedDraftTokenCount: accepted, targetModelCallCount: rounds)
  }
}
