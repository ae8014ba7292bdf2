import Foundation

extension RotaryEmbedding {
  /// The frequency of each pair of dimensions, and what cosine and sine are multiplied with.
  ///
  /// Hugging Face's `modeling_rope_utils.py` computes the frequencies in single precision, and its
  /// rounding is part of what a model computes: at position 10,000 an error of 1e-7 in a frequency
  /// near 1 turns the angle by 1e-3. So the steps here are the steps there, each rounded to
  /// `Float`, and every frequency is exactly a `Float`.
  ///
  /// - Parameters:
  ///   - dimension: of the rotated part of a head, even.
  ///   - sequenceLength: of the text, which dynamic RoPE and LongRoPE go by.
  /// - Returns: `dimension` / 2 frequencies in radians per position.
  public func frequencies(
    dimension: Int, sequenceLength: Int
  ) -> (inverseFrequencies: [Double], attentionFactor: Double) {
    let periods = Self.periods(dimension, theta: Float(theta))
    let plain = periods.map { 1 / $0 }
    switch scaling {
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
    case .dynamic(let factor, let maxPositions):
      guard sequenceLength > maxPositions else { return (plain.map(Double.init), 1) }
      let growth =
        Float(factor) * Float(sequenceLength) / Float(maxPositions) - Float(factor - 1)
      let exponent = Double(dimension) / Double(dimension - 2)
      let base = Float(theta) * Float(pow(Double(growth), Double(Float(exponent))))
      return (Self.periods(dimension, theta: base).map { Double(1 / $0) }, 1)
    case .factors(let factors):
      return (zip(plain, factors).map { Double($0 / Float($1)) }, 1)
    case .longRope(let longRope):
      let isLong = sequenceLength > longRope.originalMaxPositions
      let factors = isLong ? longRope.longFactors : longRope.shortFactors
      let frequencies = zip(factors, periods).map { 1 / (Float($0) * $1) }
      return (frequencies.map(Double.init), longRope.attentionFactor)
    }
  }

  /// Positions per radian.
  private static func periods(_ dimension: Int, theta: Float) -> [Float] {
    stride(from: 0, to: dimension, by: 2).map {
      Float(pow(Double(theta), Double(Float($0) / Float(dimension))))
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
}
