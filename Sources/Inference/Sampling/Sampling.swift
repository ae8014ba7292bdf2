/// How tokens are chosen from the model's distribution, as in Hugging Face's `generate`:
/// the repetition penalty first, then temperature, top-k, top-p and min-p.
public struct Sampling: Hashable, Sendable {
  /// Divides the logits; 0 is greedy decoding (the most probable token, the lowest id among
  /// equals).
  public var temperature: Double
  /// Only the k most probable tokens; nil keeps all.
  public var topK: Int?
  /// Only the fewest most probable tokens whose probabilities sum to at least p; 1 keeps all.
  public var topP: Double
  /// Only tokens whose probability is at least this share of the largest (Nguyen et al. 2024,
  /// arXiv:2407.01082); 0 keeps all.
  public var minP: Double
  /// Divides the logits of tokens that the text has already, where they are positive, and multiplies
  /// them where they are negative (Keskar et al. 2019, arXiv:1909.05858); 1 changes nothing.
  public var repetitionPenalty: Double
  /// Seeds the random numbers: the same seed, settings and prompt give the same tokens.
  public var seed: UInt64

  /// Creates a way to sample; `temperature` ≥ 0, `topK` ≥ 1, 0 < `topP` ≤ 1, 0 ≤ `minP` ≤ 1,
  /// `repetitionPenalty` > 0.
  public init(
    temperature: Double, topK: Int? = nil, topP: Double = 1, minP: Double = 0,
    repetitionPenalty: Double = 1, seed: UInt64 = 0
  ) {
    precondition(temperature >= 0 && (topK ?? 1) >= 1 && topP > 0 && topP <= 1)
    precondition(minP >= 0 && minP <= 1 && repetitionPenalty > 0)
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
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
