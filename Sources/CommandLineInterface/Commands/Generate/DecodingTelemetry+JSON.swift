import Files
import Inference

extension DecodingTelemetry {
  /// The contract's `telemetry`.
  var json: JSON {
    [
      "round_count": .integer(roundCount),
      "draft_token_count": .integer(draftTokenCount),
      "accepted_draft_token_count": .integer(acceptedDraftTokenCount),
      "looked_up_token_count": .integer(lookedUpTokenCount),
      "accepted_looked_up_token_count": .integer(acceptedLookedUpTokenCount),
      "target_model_call_count": .integer(targetModelCallCount),
      "acceptance_rate": acceptanceRate.map { .double($0) } ?? .null,
      "tokens_per_second": tokensPerSecond.map { .double($0) } ?? .null,
      "prefill_tokens_per_second": prefillTokensPerSecond.map { .double($0) } ?? .null,
      "emitted_token_count": .integer(emittedTokenCount),
      "decoding_seconds": .double(decodingSeconds),
      "prefill_seconds": .double(prefillSeconds),
    ]
  }
}
