import DraftEvaluation

/// What the rounds of a draft were like. Files count drafts and passes prompt by prompt, not round
/// by round, so that these are means.
struct RoundFigures: Sendable {
  /// The rounds of one prompt, all repetitions together.
  struct PromptRounds: Sendable {
    let prompt: Int
    let rounds: Int
    /// Tokens that a round emits.
    let emitted: Double
  }

  /// By prompt, ascending; prompts that decoded something.
  let prompts: [PromptRounds]
  /// Rounds of all prompts.
  let rounds: Int
  /// Tokens that a round drafts, on average.
  let drafted: Double
  /// Of these, accepted.
  let accepted: Double
  /// Tokens that a round emits.
  let emitted: Double
  /// What a round takes, in plain tokens' time: drafting, and all else.
  let draftingCost: Double
  let otherCost: Double

  /// Nil where no round was counted.
  init?(_ evaluation: Evaluation) {
    let samples = evaluation.samples.filter { $0.isMeasurable && $0.targetModelCallCount > 0 }
    let rounds = samples.reduce(0) { $0 + $1.targetModelCallCount }
    let tokens = samples.reduce(0) { $0 + $1.decodedTokenCount }
    guard rounds > 0 else { return nil }
    func perRound(_ total: Double) -> Double { total / Double(rounds) }
    self.rounds = rounds
    drafted = perRound(Double(samples.reduce(0) { $0 + $1.draftTokenCount }))
    accepted = perRound(Double(samples.reduce(0) { $0 + $1.acceptedDraftTokenCount }))
    emitted = perRound(Double(tokens))
    let token = samples.reduce(0) { $0 + $1.plainSeconds } / Double(tokens)
    let drafting = samples.reduce(0) { $0 + $1.draftingSeconds }
    let all = samples.reduce(0) { $0 + $1.speculativeSeconds }
    draftingCost = perRound(drafting) / token
    otherCost = perRound(max(all - drafting, 0)) / token
    prompts = Dictionary(grouping: samples, by: \.prompt).map { prompt, samples in
      let rounds = samples.reduce(0) { $0 + $1.targetModelCallCount }
      return PromptRounds(
        prompt: prompt, rounds: rounds,
        emitted: Double(samples.reduce(0) { $0 + $1.decodedTokenCount }) / Double(rounds))
    }.sorted { $0.prompt < $1.prompt }
  }
}
