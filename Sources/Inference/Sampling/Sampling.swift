/// How tokens are chosen from the model's distribution, as in Hugging Face's `generate`:
/// temperature first, then top-k, then top-p.
public struct Sampling: Hashable, Sendable {
  /// Divides the logits; 0 is greedy decoding (the most probable token, the lowest id among
  /// equals).
  public var temperature: Double
  /// Only the k most probable tokens; nil keeps all.
  public var topK: Int?
  /// Only the fewest most probable tokens whose probabilities sum to at least p; 1 keeps all.
  public var topP: Double
  /// Seeds the random numbers: the same seed, settings and prompt give the same tokens.
  public var seed: UInt64

  /// Creates a way to sample; `temperature` ≥ 0, `topK` ≥ 1, 0 < `topP` ≤ 1.
  public init(temperature: Double, topK: Int? = nil, topP: Double = 1, seed: UInt64 = 0) {
    precondition(temperature >= 0 && (topK ?? 1) >= 1 && topP > 0 && topP <= 1)
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.seed = seed
  }

  /// The most probable token, always.
  public static let greedy = Sampling(temperature: 0)

  /// Whether the most probable token is always chosen.
  public var isGreedy: Bool { temperature == 0 || topK == 1 }
}
