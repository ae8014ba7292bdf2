import Foundation

/// Log expected improvement of the objective over an incumbent, as a function of the latent's
/// posterior and of the cost (composite Bayesian optimisation: Astudillo and Frazier, ICML 2019;
/// its logarithm: Ament et al., NeurIPS 2023).
///
/// Without a composition the objective is the latent itself. With one, g(y*, c) = incumbent defines
/// the threshold y*(c); where no latent is large enough, a point of that cost cannot improve,
/// whatever it is: its value is −∞, and no evaluation is spent on it.
struct CompositeLogExpectedImprovement: Acquisition {
  let incumbent: Double
  private let standardization: Standardization
  /// Nil without a composition.
  private let thresholds: ImprovementThresholds?

  /// - Parameters:
  ///   - incumbent: the objective to improve on.
  ///   - composition: nil where the objective is the latent.
  ///   - standardization: from the posterior's units to the latent's.
  init(
    incumbent: Double, composition: Composition? = nil,
    standardization: Standardization = Standardization()
  ) {
    self.incumbent = incumbent
    self.standardization = standardization
    thresholds = composition.map {
      ImprovementThresholds(
        ImprovementThreshold(
          objective: $0.objective, incumbent: incumbent, standardization: standardization), $0)
    }
  }

  /// By interpolated thresholds and a five-point rule. Mostly two percent or better with smooth
  /// objectives, coarser where a kink such as a rate's limit of one lies within the improvement.
  func value(_ posterior: PointPosterior, cost: Double) -> Double {
    guard let thresholds else { return plainValue(posterior) }
    let threshold = thresholds.at(cost: cost)
    if threshold == .infinity { return -.infinity }
    let objective = thresholds.exact.objective
    let deviation = standardization.deviation(variance: posterior.variance)
    let u = (standardization.latent(posterior.mean) - threshold) / deviation
    // Where every latent improves there is no threshold to measure from, but one far down will do.
    let slope = ImprovementQuadrature.shared.expectation(u) { t in
      let rise = deviation * t
      return max(0, objective.value(latent: threshold + rise, cost: cost) - incumbent) / rise
    }
    return log(slope) + log(deviation) + NormalDistribution.logH(u)
  }

  /// To four digits, whatever kinks the objective has: by a threshold of its own, and
  /// Gauss–Legendre quadrature in panels from there to where the density is below 1e-20 of its
  /// maximum.
  func exactValue(_ posterior: PointPosterior, cost: Double) -> Double {
    guard let thresholds else { return plainValue(posterior) }
    let threshold = thresholds.exact.at(cost: cost)
    if threshold == .infinity { return -.infinity }
    let objective = thresholds.exact.objective
    let deviation = standardization.deviation(variance: posterior.variance)
    let u = (standardization.latent(posterior.mean) - threshold) / deviation
    // In t = (y − threshold)/deviation the density is φ(t − u): relative to t = 0, or its mode.
    let low = max(0, u - 10)
    let high = max(0, u) + (u >= 0 ? 10 : (u * u + 100).squareRoot() + u)
    let shift = -0.5 * min(u, 0) * min(u, 0)
    var sum = 0.0
    for panel in 0..<Self.panels {
      // Narrower where the integrand starts.
      let start = low + (high - low) * pow(Double(panel) / Double(Self.panels), 2)
      let end = low + (high - low) * pow(Double(panel + 1) / Double(Self.panels), 2)
      for (node, weight) in Self.legendre {
        let t = 0.5 * (start + end + (end - start) * node)
        let gain = objective.value(latent: threshold + deviation * t, cost: cost)
        let density = exp(-0.5 * (t - u) * (t - u) - shift)
        sum += 0.5 * (end - start) * weight * max(0, gain - incumbent) * density
      }
    }
    return log(sum) + shift - NormalDistribution.halfLogTwoPi
  }

  private func plainValue(_ posterior: PointPosterior) -> Double {
    logExpectedImprovement(
      mean: standardization.latent(posterior.mean),
      standardDeviation: standardization.deviation(variance: posterior.variance),
      incumbent: incumbent)
  }

  private static let panels = 24
  /// Gauss–Legendre, four nodes: numpy.polynomial.legendre.leggauss(4).
  private static let legendre = [
    (-0.861_136_311_594_052_6, 0.347_854_845_137_453_8),
    (-0.339_981_043_584_856_26, 0.652_145_154_862_546_2),
    (0.339_981_043_584_856_26, 0.652_145_154_862_546_2),
    (0.861_136_311_594_052_6, 0.347_854_845_137_453_8),
  ]
}
