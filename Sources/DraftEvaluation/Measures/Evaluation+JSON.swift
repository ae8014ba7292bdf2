import Files

extension Evaluation {
  /// What was measured, for programs: the line that `evaluate` prints.
  public var json: JSON {
    [
      "skip_layer_ids": draft.model.skip.json,
      "draft": draft.stop.json,
      "prompts": .integer(promptCount),
      "draft_token_count": .integer(draftTokenCount),
      "accepted_draft_token_count": .integer(acceptedDraftTokenCount),
      "target_model_call_count": .integer(targetModelCallCount),
      "acceptance_rate": .number(acceptanceRate),
      "acceptance_rate_se": .number(acceptanceRateStandardError),
      "tokens_per_second": .number(tokensPerSecond),
      "plain_tokens_per_second": .number(plainTokensPerSecond),
      "speedup": .number(speedup?.speedup),
      "speedup_ci95": .interval(speedup?.interval),
      "draft_cost_ratio": .number(draftCostRatio),
      "chunks": chunks.map { JSON($0) } ?? .null,
      "seconds": .double(seconds),
    ]
  }
}
