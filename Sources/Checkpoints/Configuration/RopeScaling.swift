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
  }

  /// The frequency of each pair of dimensions, and what cosine and sine are multiplied with, as
  /// Hugging Face's `modeling_rope_utils.py` computes them.
  ///
  /// - Parameters:
  ///   - dimension: the head dimension, even.
  ///   - theta: the base.
  /// - Returns: `dimension` / 2 frequencies in radians per position.
  public func frequencies(
    dimension: Int, theta: Double
  ) -> (inverseFrequencies: [Double], attentionFactor: Double) {
    let plain = stride(from: 0, to: dimension, by: 2).map {
      1 / pow(theta, Double($0) / Double(dimension))
    }
    switch self {
    case .none:
      return (plain, 1)
    case .linear(let factor):
      return (plain.map { $0 / factor }, 1)
    case .llama3(let factor, let low, let high, let original):
      let scaled = plain.map { frequency in
        let wavelength = 2 * Double.pi / frequency
        if wavelength < Double(original) / high { return frequency }
        if wavelength > Double(original) / low { return frequency / factor }
        let smooth = (Double(original) / wavelength - low) / (high - low)
        return (1 - smooth) * frequency / factor + smooth * frequency
      }
      return (scaled, 1)
    case .yarn(let yarn):
      return (yarn.frequencies(plain, dimension: dimension, theta: theta), yarn.attentionFactor)
    }
  }
}

extension RopeScaling.Yarn {
  fileprivate func frequencies(_ plain: [Double], dimension: Int, theta: Double) -> [Double] {
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
    return plain.enumerated().map { index, frequency in
      let ramp = min(max((Double(index) - low) / (high - low), 0), 1)
      return frequency / factor * ramp + frequency * (1 - ramp)
    }
  }

  /// YaRN's temperature on attention, `0.1 · mscale · ln(factor) + 1`.
  static func scale(_ factor: Double, mscale: Double = 1) -> Double {
    factor <= 1 ? 1 : 0.1 * mscale * log(factor) + 1
  }
}
