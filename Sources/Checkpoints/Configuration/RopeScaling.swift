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
  }

  /// The frequency of each pair of dimensions, and what cosine and sine are multiplied with.
  ///
  /// Hugging Face's `modeling_rope_utils.py` computes the frequencies in single precision, and its
  /// rounding is part of what a model computes: at position 10,000 an error of 1e-7 in a frequency
  /// near 1 turns the angle by 1e-3. So the steps here are the steps there, each rounded to
  /// `Float`, and every frequency is exactly a `Float`.
  ///
  /// - Parameters:
  ///   - dimension: the head dimension, even.
  ///   - theta: the base.
  /// - Returns: `dimension` / 2 frequencies in radians per position.
  public func frequencies(
    dimension: Int, theta: Double
  ) -> (inverseFrequencies: [Double], attentionFactor: Double) {
    let periods = stride(from: 0, to: dimension, by: 2).map {
      Float(pow(Double(Float(theta)), Double(Float($0) / Float(dimension))))
    }
    let plain = periods.map { 1 / $0 }
    switch self {
    case .none:
      return (plain.map(Double.init), 1)
    case .linear(let factor):
      return (plain.map { Double($0 / Float(factor)) }, 1)
    case .llama3(let factor, let low, let high, let original):
      let longest = Float(Double(original) / low)
      let shortest = Float(Double(original) / high)
      let scaled = plain.map { frequency in
        let wavelength = Float(2 * Double.pi) / frequency
        if wavelength > longest { return frequency / Float(factor) }
        if wavelength < shortest { return frequency }
        let smooth = (Float(original) / wavelength - Float(low)) / Float(high - low)
        return (1 - smooth) * frequency / Float(factor) + smooth * frequency
      }
      return (scaled.map(Double.init), 1)
    case .yarn(let yarn):
      let frequencies = yarn.frequencies(periods, dimension: dimension, theta: theta)
      return (frequencies.map(Double.init), yarn.attentionFactor)
    }
  }
}

extension RopeScaling.Yarn {
  fileprivate func frequencies(_ periods: [Float], dimension: Int, theta: Double) -> [Float] {
    // The dimension whose frequency turns `rotations` times within the original context.
    func correction(_ rotations: Double) -> Double {
      Double(dimension) * log(Double(originalMaxPositions) / (rotations * 2 * .pi))
        / (2 * log(theta))
    }
    var low = correction(betaFast)
    var high = correction(betaSlow)
    if truncate {
      low = low.rounded(.down)
      high = high.rounded(.up)
    }
    low = max(low, 0)
    high = min(high, Double(dimension - 1))
    if low == high { high += 0.001 }
    return periods.enumerated().map { index, period in
      let ramp = min(max((Float(index) - Float(low)) / Float(high - low), 0), 1)
      // 1 − (1 − ramp) is not always the ramp, in floats.
      let kept = 1 - ramp
      return 1 / (Float(factor) * period) * (1 - kept) + 1 / period * kept
    }
  }

  /// YaRN's temperature on attention, `0.1 · mscale · ln(factor) + 1`.
  static func scale(_ factor: Double, mscale: Double = 1) -> Double {
    factor <= 1 ? 1 : 0.1 * mscale * log(factor) + 1
  }
}
