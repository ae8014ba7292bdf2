@testable import BayesianOptimization
import Foundation
import Statistics
import Testing

@Suite("Normal distribution")
struct NormalDistributionTests {
  /// mpmath 1.3, 60 digits and more: log(npdf(u) + u·ncdf(u)).
  static let logH: [(u: Double, value: Double)] = [
    (-100000000.0, -5000000000000037.7603),
    (-10000000.0, -50000000000033.15513),
    (-123456.75, -7620784584.647480876),
    (-10000.0, -50000019.339619307157),
    (-1000.0, -500014.73445209115845),
    (-100.5, -5060.2645509076947808),
    (-38.0, -730.19618340211373916),
    (-20.5, -217.09186837038312513),
    (-20.0, -206.91783850942509785),
    (-19.5, -196.99258561722833326),
    (-12.25, -80.980785058833982805),
    (-5.0, -16.744301162660990143),
    (-2.0, -4.7687835239171141569),
    (-1.0, -2.4851210257126413368),
    (-0.999, -2.4832171154475854412),
    (-0.5, -1.6205162643873199193),
    (0.0, -0.91893853320467274178),
    (0.5, -0.35982768374506381859),
    (1.0, 0.080026218849306940029),
    (2.5, 0.91709206559216451701),
    (5.0, 1.6094379231264313851),
    (10.0, 2.302585092994045684),
  ]

  /// mpmath 1.3, 60 digits: exp(x²)·erfc(x).
  static let erfcx: [(x: Double, value: Double)] = [
    (-26.0, 7.6577249314905683515e+293),
    (-10.0, 5.3762342836322708968e+43),
    (-3.5, 417962.42244577031413),
    (-1.0, 5.0089800807622834663),
    (0.0, 1.0),
    (0.25, 0.77034654773099674392),
    (1.0, 0.42758357615580700441),
    (2.0, 0.25539567631050574387),
    (4.75, 0.11630270721024730767),
    (9.0, 0.062307724037774684147),
    (11.99, 0.046893031655408324146),
    (12.0, 0.04685422101489376262),
    (12.01, 0.046815474348053924778),
    (26.0, 0.021683584850562906616),
    (50.0, 0.0112815362653237725),
    (10000.0, 0.000056418958072680841152),
    (10000000000.0, 5.6418958354775628695e-11),
  ]

  @Test("log h is right to 1e-12 from −1e8 to 10")
  func logHValues() {
    for (u, expected) in Self.logH {
      #expect(relativeError(NormalDistribution.logH(u), expected) < 1e-12, "u = \(u)")
    }
  }

  @Test("erfcx is right to 1e-14 over all its range")
  func erfcxValues() {
    for (x, expected) in Self.erfcx {
      #expect(relativeError(NormalDistribution.erfcx(x), expected) < 1e-14, "x = \(x)")
    }
    #expect(NormalDistribution.erfcx(-30) == .infinity)
    #expect(NormalDistribution.erfcx(.infinity) == 0)
    #expect(NormalDistribution.erfcx(.nan).isNaN)
  }

  @Test("log h rises everywhere, across the seams of its three forms too")
  func logHIsMonotone() {
    for seam in [-20.0, -1.0] {
      let values = (-2000...2000).map { NormalDistribution.logH(seam + Double($0) * 1e-5) }
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    }
    let tail = (1...60).map { NormalDistribution.logH(-pow(10, Double($0) / 6)) }
    #expect(zip(tail, tail.dropFirst()).allSatisfy { $0 > $1 } && tail.allSatisfy(\.isFinite))
  }

  @Test("log expected improvement agrees with a million draws")
  func monteCarlo() {
    var random = RandomSource(seed: 5)
    for (mean, deviation, incumbent) in [(0.3, 0.5, 0.0), (-0.5, 1.0, 0.0), (1.0, 0.2, 1.2)] {
      var sum = 0.0
      var squares = 0.0
      let draws = 1_000_000
      for _ in 0..<draws {
        let gain = max(0, mean + deviation * random.normal() - incumbent)
        sum += gain
        squares += gain * gain
      }
      let average = sum / Double(draws)
      let error = ((squares / Double(draws) - average * average) / Double(draws)).squareRoot()
      let exact = exp(
        logExpectedImprovement(mean: mean, standardDeviation: deviation, incumbent: incumbent))
      #expect(abs(exact - average) < 4 * error)
      // The draws are sharp enough to notice an error of five percent.
      #expect(abs(1.05 * exact - average) > 4 * error)
    }
  }
}
