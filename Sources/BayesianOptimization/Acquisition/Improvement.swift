import Foundation

/// Log expected improvement of the objective over an incumbent, as a function of the latent's
/// posterior mean and variance and of the cost.
///
/// Without a composition the objective is the latent itself. With one, g(y*, c) = incumbent defines
/// the threshold y*(c), found by bisection; where no latent is large enough, a point of that cost
/// cannot improve, whatever it is: its value is −∞, and no evaluation is spent on it.
struct Improvement: Sendable {
  let incumbent: Double
  private let composition: Composition?
  /// The latent is location + unit·(what the model predicts).
  private let location: Double
  private let unit: Double
  /// Thresholds by cost, for interpolation.
  private let lowestCost: Double
  private let costStep: Double
  private let thresholds: [Double]
  private static let thresholdCount = 193

  /// - Parameters:
  ///   - incumbent: the objective to improve on.
  ///   - composition: nil where the objective is location + unit·prediction.
  init(
    incumbent: Double, composition: Composition? = nil, location: Double = 0, unit: Double = 1
  ) {
    self.incumbent = incumbent
    self.composition = composition
    self.location = location
    self.unit = unit
    guard let composition else {
      (lowestCost, costStep, thresholds) = (0, 1, [])
      return
    }
    let range = composition.costs.reduce(0, +)
    let step = max(range / Double(Self.thresholdCount - 1), 1e-300)
    lowestCost = composition.baseCost
    costStep = step
    thresholds = (0..<Self.thresholdCount).map { index in
      Self.threshold(
        composition.objective, composition.baseCost + Double(index) * step, incumbent,
        location: location, unit: unit)
    }
  }

  /// The value, quickly: by interpolated thresholds and a five-point rule. Mostly two percent or better
  /// with smooth objectives, coarser where a kink such as a rate's limit of one lies within the
  /// improvement; that decides between neighbours only, and the search compares its results by
  /// `exactLogValue`.
  func logValue(mean: Double, variance: Double, cost: Double) -> Double {
    guard let composition else {
      return logExpectedImprovement(
        mean: location + unit * mean, standardDeviation: unit * variance.squareRoot(),
        incumbent: incumbent)
    }
    let place = (cost - lowestCost) / costStep
    let index = min(max(0, Int(place)), Self.thresholdCount - 2)
    let (low, high) = (thresholds[index], thresholds[index + 1])
    let threshold: Double
    if low == high {
      threshold = low
    } else if low.isFinite && high.isFinite {
      threshold = low + (place - Double(index)) * (high - low)
    } else {
      threshold = Self.threshold(
        composition.objective, cost, incumbent, location: location, unit: unit)
    }
    return value(composition.objective, threshold, mean, variance, cost)
  }

  /// The value to four digits, whatever kinks the objective has: by a threshold of its own, and
  /// Gauss–Legendre quadrature in panels from there to where the density is below 1e-20 of its
  /// maximum.
  func exactLogValue(mean: Double, variance: Double, cost: Double) -> Double {
    guard let composition else {
      return logValue(mean: mean, variance: variance, cost: cost)
    }
    let threshold = Self.threshold(
      composition.objective, cost, incumbent, location: location, unit: unit)
    if threshold == .infinity { return -.infinity }
    let deviation = unit * variance.squareRoot()
    let u = (location + unit * mean - threshold) / deviation
    // In t = (y − threshold)/deviation the density is φ(t − u): relative to t = 0, or its mode.
    let low = max(0, u - 10)
    let high = max(0, u) + (u >= 0 ? 10 : (u * u + 100).squareRoot() + u)
    let shift = -0.5 * min(u, 0) * min(u, 0)
    let panels = 24
    var sum = 0.0
    for panel in 0..<panels {
      // Narrower where the integrand starts.
      let start = low + (high - low) * pow(Double(panel) / Double(panels), 2)
      let end = low + (high - low) * pow(Double(panel + 1) / Double(panels), 2)
      for (node, weight) in Self.legendre {
        let t = 0.5 * (start + end + (end - start) * node)
        let gain = composition.objective.value(latent: threshold + deviation * t, cost: cost)
        let density = exp(-0.5 * (t - u) * (t - u) - shift)
        sum += 0.5 * (end - start) * weight * max(0, gain - incumbent) * density
      }
    }
    return log(sum) + shift - NormalDistribution.halfLogTwoPi
  }

  /// Gauss–Legendre, four nodes: numpy.polynomial.legendre.leggauss(4).
  private static let legendre = [
    (-0.861_136_311_594_052_6, 0.347_854_845_137_453_8),
    (-0.339_981_043_584_856_26, 0.652_145_154_862_546_2),
    (0.339_981_043_584_856_26, 0.652_145_154_862_546_2),
    (0.861_136_311_594_052_6, 0.347_854_845_137_453_8),
  ]

  private func value(
    _ objective: any CompositeObjective, _ threshold: Double, _ mean: Double, _ variance: Double,
    _ cost: Double
  ) -> Double {
    if threshold == .infinity { return -.infinity }
    let deviation = unit * variance.squareRoot()
    let u = (location + unit * mean - threshold) / deviation
    // Where every latent improves there is no threshold to measure from, but one far down will do.
    let slope = ImprovementQuadrature.shared.expectation(u) { t in
      let rise = deviation * t
      return max(0, objective.value(latent: threshold + rise, cost: cost) - incumbent) / rise
    }
    return log(slope) + log(deviation) + NormalDistribution.logH(u)
  }

  /// The latent at which the objective reaches the incumbent; ∞ where none does.
  static func threshold(
    _ objective: any CompositeObjective, _ cost: Double, _ incumbent: Double, location: Double,
    unit: Double
  ) -> Double {
    func exceeds(_ latent: Double) -> Bool {
      objective.value(latent: latent, cost: cost) > incumbent
    }
    // Outwards from where the latents are, then bisection to the last bits that matter.
    var (low, high) = (location - unit, location + unit)
    var reach = unit
    while !exceeds(high) {
      if reach > 1e4 * unit { return .infinity }
      reach *= 2
      (low, high) = (high, location + reach)
    }
    reach = unit
    while exceeds(low) && reach < 1e4 * unit {
      reach *= 2
      (low, high) = (location - reach, low)
    }
    while high - low > 1e-9 * unit {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { break }
      if exceeds(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
