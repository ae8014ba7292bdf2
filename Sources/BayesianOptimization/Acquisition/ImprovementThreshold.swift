import Statistics

/// The latent at which a composite objective reaches an incumbent, y*(c) with g(y*, c) = incumbent;
/// ∞ where no latent is large enough.
struct ImprovementThreshold: Sendable {
  let objective: any CompositeObjective
  let incumbent: Double
  let standardization: Standardization

  /// Latents farther from the offset than so many scales do not occur.
  private static let reach = 1e4
  /// Of a threshold, in scales.
  private static let precision = 1e-9

  /// The threshold at a cost, by bisection.
  func at(cost: Double) -> Double {
    let (location, unit) = (standardization.offset, standardization.scale)
    func exceeds(_ latent: Double) -> Bool {
      objective.value(latent: latent, cost: cost) > incumbent
    }
    // Outwards from where the latents are, then inwards to the last bits that matter.
    var (low, high) = (location - unit, location + unit)
    var reach = unit
    while !exceeds(high) {
      if reach > Self.reach * unit { return .infinity }
      reach *= 2
      (low, high) = (high, location + reach)
    }
    reach = unit
    while exceeds(low) && reach < Self.reach * unit {
      reach *= 2
      (low, high) = (location - reach, low)
    }
    return bisection(low...high, width: Self.precision * unit, isReached: exceeds).high
  }
}

/// The same for all costs of a composition, tabulated: the search asks for it thousands of times.
struct ImprovementThresholds: Sendable {
  let exact: ImprovementThreshold
  private let lowestCost: Double
  private let costStep: Double
  private let table: [Double]

  private static let count = 193

  init(_ exact: ImprovementThreshold, _ composition: Composition) {
    let lowest = composition.baseCost
    let range = composition.range
    let step = max(range / Double(Self.count - 1), 1e-300)
    self.exact = exact
    lowestCost = lowest
    costStep = step
    table = (0..<Self.count).map { exact.at(cost: lowest + Double($0) * step) }
  }

  /// Interpolated.
  func at(cost: Double) -> Double {
    let steps = (cost - lowestCost) / costStep
    let index = min(max(0, Int(steps)), Self.count - 2)
    let (low, high) = (table[index], table[index + 1])
    if low == high { return low }
    guard low.isFinite && high.isFinite else { return exact.at(cost: cost) }
    return low + (steps - Double(index)) * (high - low)
  }
}
