import Files

extension Evaluation {
  /// A figure that follows from an evaluation's samples: its key in files, and its value. Files
  /// have it for the programs that read them; it is computed again when they are read.
  package struct Figure: Sendable {
    fileprivate let key: String
    fileprivate let value: @Sendable (Evaluation) -> JSON

    private init(_ key: String, _ value: @escaping @Sendable (Evaluation) -> JSON) {
      self.key = key
      self.value = value
    }

    /// Different prompts measured.
    package static let prompts = Figure("prompts") { .integer($0.promptCount) }
    /// Tokens drafted.
    package static let drafted = Figure("draft_token_count") { .integer($0.draftTokenCount) }
    /// Drafted tokens that the full model accepted.
    package static let accepted = Figure("accepted_draft_token_count") {
      .integer($0.acceptedDraftTokenCount)
    }
    /// Passes of the full model after the prefills.
    package static let calls = Figure("target_model_call_count") {
      .integer($0.targetModelCallCount)
    }
    /// Accepted over drafted tokens.
    package static let acceptanceRate = Figure("acceptance_rate") { .number($0.acceptanceRate) }
    /// Its standard error.
    package static let acceptanceRateError = Figure("acceptance_rate_se") {
      .number($0.acceptanceRateStandardError)
    }
    /// Tokens per second of speculative decoding.
    package static let tokensPerSecond = Figure("tokens_per_second") {
      .number($0.tokensPerSecond)
    }
    /// Tokens per second of the plain decoding beside it.
    package static let plainTokensPerSecond = Figure("plain_tokens_per_second") {
      .number($0.plainTokensPerSecond)
    }
    /// Plain over speculative seconds.
    package static let speedup = Figure("speedup") { .number($0.speedup?.speedup) }
    /// Its 95% confidence interval.
    package static let speedupInterval = Figure("speedup_ci95") {
      .interval($0.speedup?.interval)
    }
    /// Seconds of a draft step over seconds of a plain token.
    package static let draftCostRatio = Figure("draft_cost_ratio") { .number($0.draftCostRatio) }
  }
}

extension JSONMembers<Evaluation> {
  /// Writes figures, in the order given.
  package func figures(_ figures: Evaluation.Figure...) {
    for figure in figures { derived(figure.key, figure.value) }
  }
}
