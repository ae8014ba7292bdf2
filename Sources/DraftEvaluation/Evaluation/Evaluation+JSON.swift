import Files

extension JSON {
  /// The numbers of a sample's blocks.
  init(_ sample: SharedSample?) {
    self = sample.map { .array($0.blocks.map { .integer($0) }) } ?? .null
  }
}

extension Evaluation {
  /// What was measured, for programs: the line that `evaluate` prints.
  public var json: JSON {
    [
      "skip_layer_ids": candidate.skip.json,
      "draft": candidate.stop.json,
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
      "chunks": JSON(sample),
      "seconds": .double(seconds),
    ]
  }
}
