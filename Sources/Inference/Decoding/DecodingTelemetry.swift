/// What one generation did and how long it took.
public struct DecodingTelemetry: Hashable, Sendable {
  /// Rounds of drafting and verification.
  public var roundCount = 0
  /// Tokens drafted, over all rounds.
  public var draftTokenCount = 0
  /// Drafted tokens that the full model accepted.
  public var acceptedDraftTokenCount = 0
  /// Of the drafted tokens, those that were looked up in the context.
  public var lookedUpTokenCount = 0
  /// Of the looked-up tokens, those that the full model accepted.
  public var acceptedLookedUpTokenCount = 0
  /// Passes of the full model after the prefill: verifications and single steps.
  public var targetModelCallCount = 0
  /// Tokens emitted, the end-of-text token included.
  public var emittedTokenCount = 0
  /// Tokens of the prompt.
  public var promptTokenCount = 0
  /// Of these, tokens that were in the cache already.
  public var reusedTokenCount = 0
  /// Seconds of decoding, without the prefill.
  public var decodingSeconds = 0.0
  /// Seconds spent on draft steps, part of `decodingSeconds`.
  public var draftingSeconds = 0.0
  /// Seconds spent on verifications, part of `decodingSeconds`.
  public var verificationSeconds = 0.0
  /// Seconds of the prefill.
  public var prefillSeconds = 0.0

  /// All counts and times zero.
  public init() {}

  /// Accepted over drafted tokens; nil where nothing was drafted.
  public var acceptanceRate: Double? {
    draftTokenCount == 0 ? nil : Double(acceptedDraftTokenCount) / Double(draftTokenCount)
  }

  /// Emitted tokens per second of decoding, without the prefill (whose pass emits the first token);
  /// nil where nothing was emitted after it.
  public var tokensPerSecond: Double? {
    emittedTokenCount < 2 || decodingSeconds <= 0
      ? nil : Double(emittedTokenCount - 1) / decodingSeconds
  }

  /// Prompt tokens that were computed per second of prefill.
  public var prefillTokensPerSecond: Double? {
    prefillSeconds <= 0 ? nil : Double(promptTokenCount - reusedTokenCount) / prefillSeconds
  }

  /// Adds another generation's counts and times.
  public static func += (sum: inout DecodingTelemetry, other: DecodingTelemetry) {
    sum.roundCount += other.roundCount
    sum.draftTokenCount += other.draftTokenCount
    sum.acceptedDraftTokenCount += other.acceptedDraftTokenCount
    sum.lookedUpTokenCount += other.lookedUpTokenCount
    sum.acceptedLookedUpTokenCount += other.acceptedLookedUpTokenCount
    sum.targetModelCallCount += other.targetModelCallCount
    sum.emittedTokenCount += other.emittedTokenCount
    sum.promptTokenCount += other.promptTokenCount
    sum.reusedTokenCount += other.reusedTokenCount
    sum.decodingSeconds += other.decodingSeconds
    sum.draftingSeconds += other.draftingSeconds
    sum.verificationSeconds += other.verificationSeconds
    sum.prefillSeconds += other.prefillSeconds
  }
}
