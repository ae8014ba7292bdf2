import Foundation

/// How rotary position embedding is stretched to contexts longer than a model was trained on; the
/// parameters carry Hugging Face's names in their documentation.
public enum RopeScaling: Sendable, Hashable {
  /// `default`: not at all.
  case none
  /// `linear`: positions divided by `factor`.
  case linear(factor: Double)
  /// `llama3` (Llama 3.1): low frequencies divided by `factor`, high ones kept, a ramp between.
  case llama3(
    factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
    originalMaxPositions: Int)
  /// `yarn` (Peng et al. 2023, arXiv:2309.00071).
  case yarn(Yarn)
  /// `dynamic`: a base that grows with the text's length beyond `max_position_embeddings`.
  case dynamic(factor: Double, maxPositions: Int)
  /// A number for each pair of dimensions that divides its frequency: what GGUF files have instead
  /// of `llama3`.
  case factors([Double])
  /// `longrope` (Ding et al. 2024, arXiv:2402.13753).
  case longRope(LongRope)

  /// The parameters of YaRN.
  public struct Yarn: Sendable, Hashable {
    /// `factor`
    public var factor: Double
    /// `original_max_position_embeddings`
    public var originalMaxPositions: Int
    /// `beta_fast`
    public var betaFast: Double
    /// `beta_slow`
    public var betaSlow: Double
    /// `truncate`: whether the ramp's ends are rounded to whole dimensions.
    public var truncate: Bool
    /// `attention_factor`, or what `mscale` and `mscale_all_dim` make of it: multiplies cosine and
    /// sine.
    public var attentionFactor: Double

    /// YaRN with the paper's defaults; without `attentionFactor` it is 0.1 · ln(factor) + 1.
    public init(
      factor: Double, originalMaxPositions: Int, betaFast: Double = 32, betaSlow: Double = 1,
      truncate: Bool = true, attentionFactor: Double? = nil
    ) {
      self.factor = factor
      self.originalMaxPositions = originalMaxPositions
      self.betaFast = betaFast
      self.betaSlow = betaSlow
      self.truncate = truncate
      self.attentionFactor = attentionFactor ?? Self.scale(factor)
    }

    /// YaRN's temperature on attention, `0.1 · mscale · ln(factor) + 1`.
    static func scale(_ factor: Double, mscale: Double = 1) -> Double {
      factor <= 1 ? 1 : 0.1 * mscale * log(factor) + 1
    }
  }

  /// The parameters of LongRoPE.
  public struct LongRope: Sendable, Hashable {
    /// `short_factor`: divides the frequencies, one by one, of texts up to `originalMaxPositions`.
    public var shortFactors: [Double]
    /// `long_factor`: the same for longer texts.
    public var longFactors: [Double]
    /// `original_max_position_embeddings`
    public var originalMaxPositions: Int
    /// `attention_factor`, which multiplies cosine and sine.
    public var attentionFactor: Double

    /// LongRoPE; without `attentionFactor` it is √(1 + ln(factor) / ln(originalMaxPositions)), and
    /// `factor` is how often the original context fits the context.
    public init(
      shortFactors: [Double], longFactors: [Double], originalMaxPositions: Int, factor: Double,
      attentionFactor: Double? = nil
    ) {
      self.shortFactors = shortFactors
      self.longFactors = longFactors
      self.originalMaxPositions = originalMaxPositions
      let fromFactor =
        factor <= 1 ? 1 : (1 + log(factor) / log(Double(originalMaxPositions))).squareRoot()
      self.attentionFactor = attentionFactor ?? fromFactor
    }
  }

  /// Which of its frequencies a text of some length has: texts with the same number have the same.
  /// 0 for all texts but where the length decides.
  public func variant(sequenceLength: Int) -> Int {
    switch self {
    case .none, .linear, .llama3, .yarn, .factors: 0
    case .dynamic(_, let maxPositions): max(0, sequenceLength - maxPositions)
    case .longRope(let longRope): sequenceLength > longRope.originalMaxPositions ? 1 : 0
    }
  }

  /// Whether texts of different lengths have different frequencies.
  public var dependsOnLength: Bool { variant(sequenceLength: .max) != 0 }
}
