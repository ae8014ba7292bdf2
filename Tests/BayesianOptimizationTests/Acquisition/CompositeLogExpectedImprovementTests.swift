import Foundation
import Testing

@testable import BayesianOptimization

@Suite("Composite expected improvement")
struct CompositeLogExpectedImprovementTests {
  private struct Power: CompositeObjective {
    let exponent: Double
    func value(latent: Double, cost: Double) -> Double {
      latent <= 0 ? 0 : pow(latent, exponent) / cost
    }
  }

  private struct Identity: CompositeObjective {
    func value(latent: Double, cost: Double) -> Double { latent }
  }

  private func composition(_ objective: any CompositeObjective) -> Composition {
    Composition(baseCost: 0.06, costs: [0.3, 0.64], objective: objective)
  }

  /// log E[max(0, g(Y) − f)] by Simpson's rule on the log scale, subdivided until it is steady,
  /// from the threshold (by bisection) upwards.
  private func reference(
    _ objective: any CompositeObjective, cost: Double, mean: Double, deviation: Double,
    incumbent: Double
  ) -> Double {
    var (low, high) = (-1e3, 1e3)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if objective.value(latent: middle, cost: cost) > incumbent {
        high = middle
      } else {
        low = middle
      }
    }
    let start = max(high, mean - 12 * deviation)
    // Where the density has fallen by e⁻⁵⁰ from its value at the start, or from its mode.
    let distance = max(0, (start - mean) / deviation)
    let end = max(start, mean) + deviation * ((distance * distance + 100).squareRoot() - distance)
    let shift = -0.5 * distance * distance
    func integrand(_ y: Double) -> Double {
      let z = (y - mean) / deviation
      let gain = max(0, objective.value(latent: y, cost: cost) - incumbent)
      return gain * exp(-0.5 * z * z - shift) / (deviation * (2 * Double.pi).squareRoot())
    }
    func simpson(_ count: Int) -> Double {
      let h = (end - start) / Double(count)
      return (0...count).reduce(0) { sum, index in
        let weight = index == 0 || index == count ? 1.0 : index % 2 == 1 ? 4 : 2
        return sum + weight * integrand(start + Double(index) * h)
      } * h / 3
    }
    var (count, value) = (512, simpson(512))
    while count < 1 << 17 {
      let finer = simpson(2 * count)
      let steady = abs(finer - value) < 1e-9 * finer
      (count, value) = (2 * count, finer)
      if steady { break }
    }
    return log(value) + shift
  }

  @Test(
    "it agrees with fine quadrature from certain improvement to forty standard deviations away",
    arguments: AcceptanceLink.allCases)
  func speculation(link: AcceptanceLink) {
    let objective = SpeculativeSpeedup(
      verificationCosts: (1...8).map { 1 + 0.01 * Double($0) }, link: link)
    let composition = composition(objective)
    var (worst, worstFast) = (0.0, 0.0)
    for cost in [0.1, 0.35, 0.6] {
      for incumbent in [1.05, 1.2, 1.35] {
        let improvement = CompositeLogExpectedImprovement(
          incumbent: incumbent, composition: composition)
        let threshold = ImprovementThreshold(
          objective: objective, incumbent: incumbent, standardization: Standardization()
        ).at(cost: cost)
        guard threshold.isFinite else { continue }
        for deviation in [0.02, 0.2, 1] {
          for u in [-40.0, -12, -5, -2, -0.5, 0, 1, 3, 8] {
            // The logarithmic link ends at 0.
            let mean = threshold + u * deviation
            if link == .logarithm && mean > -deviation { continue }
            let expected = reference(
              objective, cost: cost, mean: mean, deviation: deviation, incumbent: incumbent)
            let actual = improvement.exactValue(
              PointPosterior(mean: mean, variance: deviation * deviation), cost: cost)
            worst = max(worst, abs(actual - expected))
            let fast = improvement.value(
              PointPosterior(mean: mean, variance: deviation * deviation), cost: cost)
            worstFast = max(worstFast, abs(fast - expected) / (1 + 0.05 * abs(u)))
          }
        }
      }
    }
    #expect(worst < 4e-3, "\(worst)")
    // The rule of five nodes sees a rate's limit of one coarsely.
    #expect(worstFast < (link == .logit ? 0.15 : 0.3), "\(worstFast)")
  }

  @Test("polynomials are exact, and the identity is plain expected improvement")
  func polynomials() {
    for u in [-45.0, -30.06, -7, -1, 0, 0.3, 6, 20] {
      let (incumbent, deviation) = (1.7, 0.4)
      let mean = incumbent + u * deviation
      let improvement = CompositeLogExpectedImprovement(
        incumbent: incumbent, composition: composition(Identity()))
      let expected = logExpectedImprovement(
        mean: mean, standardDeviation: deviation, incumbent: incumbent)
      let actual = improvement.exactValue(
        PointPosterior(mean: mean, variance: 0.16), cost: 0.5)
      #expect(relativeError(actual, expected, floor: 1) < 1e-6)
    }
    let cubic = Power(exponent: 3)
    for u in [-40.0, -10.05, -3, 0, 2, 5] {
      let threshold = 20.0
      let incumbent = cubic.value(latent: threshold, cost: 0.5)
      let improvement = CompositeLogExpectedImprovement(
        incumbent: incumbent, composition: composition(cubic))
      let expected = reference(
        cubic, cost: 0.5, mean: threshold + u, deviation: 1, incumbent: incumbent)
      let actual = improvement.exactValue(
        PointPosterior(mean: threshold + u, variance: 1), cost: 0.5)
      #expect(abs(actual - expected) < 1e-4, "u = \(u)")
    }
  }

  @Test("a cost at which nothing can improve has no expected improvement")
  func feasibility() {
    let objective = SpeculativeSpeedup(verificationCosts: [1, 1], link: .logit)
    let improvement = CompositeLogExpectedImprovement(
      incumbent: 1.6, composition: composition(objective))
    // Even with every draft accepted: max(2/1.9, 3/2.8) < 1.6.
    #expect(
      improvement.value(
        PointPosterior(mean: 50, variance: 1), cost: 0.9) == -.infinity)
    #expect(
      improvement.value(
        PointPosterior(mean: 2, variance: 1), cost: 0.1
      ).isFinite)
  }
}
