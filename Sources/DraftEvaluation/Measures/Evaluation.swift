import Inference

/// What the evaluation of one draft measured.
public struct Evaluation: Hashable, Sendable {
  /// What was evaluated; a replay may have chosen its stop rule.
  public var draft: Draft
  /// One per prompt and repetition, in the order measured.
  public var samples: [DecodingSample]
  /// Whether it ended before the last prompt because it could not reach the best known draft.
  public var stoppedEarly: Bool
  /// The chunks of positions that it replayed, ascending; nil where it was not on some of them.
  public var chunks: [Int]?
  /// Seconds spent on it, everything included.
  public var seconds: Double

  /// What one measurement of a draft gave.
  public init(
    draft: Draft, samples: [DecodingSample], stoppedEarly: Bool = false,
    chunks: [Int]? = nil, seconds: Double
  ) {
    self.chunks = chunks
    self.draft = draft
    self.samples = samples
    self.stoppedEarly = stoppedEarly
    self.seconds = seconds
  }

  /// Adds another repetition of the same measurement.
  public mutating func append(_ other: Evaluation, repetition: Int) {
    samples += other.samples.map { sample in
      var sample = sample
      sample.repetition = repetition
      return sample
    }
    seconds += other.seconds
  }

  /// Different prompts measured.
  public var promptCount: Int { samples.promptCount }
  /// Tokens drafted.
  public var draftTokenCount: Int { samples.draftTokenCount }
  /// Drafted tokens that the full model accepted.
  public var acceptedDraftTokenCount: Int { samples.acceptedDraftTokenCount }
  /// Passes of the full model after the prefills.
  public var targetModelCallCount: Int { samples.reduce(0) { $0 + $1.targetModelCallCount } }

  /// Accepted over drafted tokens, over all prompts; nil where nothing was drafted.
  public var acceptanceRate: Double? { samples.acceptanceRate }

  /// Tokens per second of speculative decoding, without the prefills.
  public var tokensPerSecond: Double? { rate { $0.speculativeSeconds } }

  /// Tokens per second of the plain decoding measured in turn with it.
  public var plainTokensPerSecond: Double? { rate { $0.plainSeconds } }

  private func rate(_ seconds: (DecodingSample) -> Double) -> Double? {
    let samples = samples.filter(\.isMeasurable)
    guard !samples.isEmpty else { return nil }
    return Double(samples.reduce(0) { $0 + $1.decodedTokenCount })
      / samples.reduce(0) { $0 + seconds($1) }
  }

  /// Plain over speculative seconds; nil where no prompt decoded anything.
  public var speedup: SpeedupEstimate? { SpeedupEstimate(samples) }

  /// Seconds of a draft step over seconds of a plain token; nil where nothing was drafted.
  public var draftCostRatio: Double? {
    guard let plain = plainTokensPerSecond, draftTokenCount > 0 else { return nil }
    return samples.reduce(0) { $0 + $1.draftingSeconds } / Double(draftTokenCount) * plain
  }
}
