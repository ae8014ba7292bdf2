import Foundation

/// The standard normal distribution where its values are far too small for a `Double`.
public enum NormalDistribution {
  /// ½ log 2π.
  static let halfLogTwoPi = 0.918_938_533_204_672_741_780_329_736_405_6

  /// The scaled complementary error function exp(x²)·erfc(x), to a few units in the last place;
  /// infinite below about −26.6, where it exceeds every `Double`.
  ///
  /// Up to 12 it is what it says, with the rounding error of x² (which the exponential would
  /// magnify) carried along; beyond, the asymptotic series 7.12.1 of the NIST Digital Library of
  /// Mathematical Functions, whose terms fall below 2⁻⁵⁴ by the tenth.
  public static func erfcx(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x <= 12 {
      let square = x * x
      guard square < 709 else { return .infinity }
      let rest = (-square).addingProduct(x, x)
      return exp(square) * erfc(x) * (1 + rest)
    }
    let ratio = 1 / (2 * x * x)
    var sum = 1.0
    for k in stride(from: 12, through: 1, by: -1) { sum = 1 - Double(2 * k - 1) * ratio * sum }
    return sum / (x * Double.pi.squareRoot())
  }

  /// log h(u), h(u) = φ(u) + u·Φ(u), to 1e-12 relative from −1e8 to 10 and beyond (except within
  /// 1e-4 of its zero near 0.9, where the error is about 1e-16 absolute).
  ///
  /// h is the expected improvement of a standard normal variable over −u. Three forms: directly
  /// where nothing cancels much; through erfcx in the left tail (Ament et al., *Unexpected
  /// Improvements to Expected Improvement*, NeurIPS 2023); and beyond −20, where
  /// 1 + u·√(π/2)·erfcx(−u/√2) cancels, by the asymptotic series of that difference,
  /// u⁻²·Σ (−1)ᵏ (2k+1)!! u⁻²ᵏ.
  public static func logH(_ u: Double) -> Double {
    if u > -1 {
      let density = exp(-0.5 * u * u - halfLogTwoPi)
      return log(density + u * 0.5 * erfc(-u * 0.5.squareRoot()))
    }
    if u >= -20 {
      let scaled = (Double.pi / 2).squareRoot() * erfcx(-u * 0.5.squareRoot())
      return -0.5 * u * u - halfLogTwoPi + log1p(u * scaled)
    }
    let ratio = 1 / (u * u)
    var sum = 1.0
    for k in stride(from: 12, through: 1, by: -1) { sum = 1 - Double(2 * k + 1) * ratio * sum }
    return -0.5 * u * u - halfLogTwoPi - 2 * log(-u) + log(sum)
  }
}
