/// One prompt decoded plainly and speculatively, in turn, to the same tokens. Seconds are those of
/// decoding, without the prefill.
public struct DecodingSample: Hashable, Sendable {
  /// The prompt's index in the evaluator's list.
  public var prompt: Int
  /// Which repetition of the prompt, from 0.
  public var repetition: Int
  /// Tokens emitted, the same by both ways; the first comes from the prefill.
  public var tokenCount: Int
  /// Seconds of plain decoding.
  public var plainSeconds: Double
  /// Whether plain decoding ran next to the speculative run; else `plainSeconds` is the baseline's,
  /// corrected for the drift of the machine.
  public var isPlainMeasured: Bool
  /// Seconds of speculative decoding.
  public var speculativeSeconds: Double
  /// Seconds of `speculativeSeconds` spent on draft steps.
  public var draftingSeconds: Double
  /// Tokens drafted.
  public var draftTokenCount: Int
  /// Of these, tokens that the full model accepted.
  public var acceptedDraftTokenCount: Int
  /// Passes of the full model after the prefill.
  public var targetModelCallCount: Int

  /// A sample; all times and counts are at least zero.
  public init(
    prompt: Int, repetition: Int = 0, tokenCount: Int, plainSeconds: Double,
    isPlainMeasured: Bool = true, speculativeSeconds: Double, draftingSeconds: Double,
    draftTokenCount: Int,
    acceptedDraftTokenCount: Int, targetModelCallCount: Int
  ) {
    self.prompt = prompt
    self.repetition = repetition
    self.tokenCount = tokenCount
    self.plainSeconds = plainSeconds
    self.isPlainMeasured = isPlainMeasured
    self.speculativeSeconds = speculativeSeconds
    self.draftingSeconds = draftingSeconds
    self.draftTokenCount = draftTokenCount
    self.acceptedDraftTokenCount = acceptedDraftTokenCount
    self.targetModelCallCount = targetModelCallCount
  }

  /// Tokens that decoding emitted: all but the prefill's.
  public var decodedTokenCount: Int { max(0, tokenCount - 1) }

  /// Whether there was anything to decode: an answer that ends with its first token has no speed.
  public var isMeasurable: Bool {
    decodedTokenCount > 0 && plainSeconds > 0 && speculativeSeconds > 0
  }
}
