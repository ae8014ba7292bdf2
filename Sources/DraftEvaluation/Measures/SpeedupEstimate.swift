import Foundation
import Statistics

/// A speedup, plain over speculative seconds summed over prompts, with its uncertainty.
///
/// The estimate is a ratio of sums, L = log(Σ plain / Σ speculative); its variance is the
/// delete-one jackknife's over prompts (Efron and Tibshirani 1993, equation 11.5), because the
/// tokens of one prompt are not independent. The interval is exp(L ± t·√variance), with Student's t
/// for one degree of freedom less than there are prompts.
public struct SpeedupEstimate: Hashable, Sendable {
  /// L, the natural logarithm of the speedup.
  public let logarithm: Double
  /// The variance of L; nil where one unit alone gives no spread.
  public let variance: Double?
  /// Prompts (or, where there are fewer than three, single runs) that the variance is over.
  public let unitCount: Int

  /// exp(L)
  public var speedup: Double { exp(logarithm) }

  /// The 95% confidence interval of the speedup; nil where the variance is not known.
  public var interval: ClosedRange<Double>? {
    guard let variance else { return nil }
    let half = Self.studentQuantile(degreesOfFreedom: unitCount - 1) * variance.squareRoot()
    let (low, high) = (exp(logarithm - half), exp(logarithm + half))
    return low <= high ? low...high : nil
  }

  /// The estimate from paired runs; nil where none of them decoded anything.
  public init?(_ samples: [DecodingSample]) {
    let units = Self.units(samples)
    guard !units.isEmpty else { return nil }
    let terms = units.map { [Term(weight: 1, plain: $0.plain, speculative: $0.speculative)] }
    logarithm = Self.logRatio(terms[...])
    variance = Self.jackknife(terms)
    unitCount = units.count
  }

  /// Seconds of one prompt, all repetitions together.
  typealias Seconds = (prompt: Int, plain: Double, speculative: Double)

  /// One per prompt in ascending order; one per sample where there are fewer than three prompts.
  static func units(_ samples: [DecodingSample]) -> [Seconds] {
    let samples = samples.filter(\.isMeasurable)
    let prompts = Set(samples.map(\.prompt)).sorted()
    guard prompts.count >= 3 else {
      return samples.map { ($0.prompt, $0.plainSeconds, $0.speculativeSeconds) }
    }
    var sums: [Int: (Double, Double)] = [:]
    for sample in samples {
      sums[sample.prompt, default: (0, 0)].0 += sample.plainSeconds
      sums[sample.prompt, default: (0, 0)].1 += sample.speculativeSeconds
    }
    return prompts.map { ($0, sums[$0]?.0 ?? 0, sums[$0]?.1 ?? 0) }
  }

  /// A unit's share of one log ratio of sums; weight −1 subtracts that ratio.
  struct Term {
    var weight: Double
    var plain: Double
    var speculative: Double
  }

  /// Σ over ratios of weight · log(Σ plain / Σ speculative); `units[i][r]` belongs to ratio r.
  static func logRatio(_ units: ArraySlice<[Term]>) -> Double {
    guard let first = units.first else { return 0 }
    return first.indices.reduce(0) { sum, ratio in
      let plain = units.reduce(0) { $0 + $1[ratio].plain }
      let speculative = units.reduce(0) { $0 + $1[ratio].speculative }
      return sum + first[ratio].weight * log(plain / speculative)
    }
  }

  /// The delete-one variance of `logRatio`; nil for fewer than two units.
  static func jackknife(_ units: [[Term]]) -> Double? {
    jackknifeVariance(
      units.indices.map { left in logRatio((units[..<left] + units[(left + 1)...])[...]) })
  }

  /// The 0.975 quantile of Student's t distribution (R 4.3: `qt(0.975, 1:30)`); beyond 30 degrees
  /// of freedom its expansion in 1/ν (Abramowitz and Stegun 26.7.5), exact to 1e-4 there.
  static func studentQuantile(degreesOfFreedom: Int) -> Double {
    precondition(degreesOfFreedom >= 1)
    let table = [
      12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010,
      2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739,
      2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
    ]
    guard degreesOfFreedom > table.count else { return table[degreesOfFreedom - 1] }
    let z = 1.959_963_985
    let nu = Double(degreesOfFreedom)
    let cube = z * z * z
    return z + (cube + z) / (4 * nu) + (5 * cube * z * z + 16 * cube + 3 * z) / (96 * nu * nu)
  }
}
