/// What is known of an objective beforehand: a function of an unknown latent quantity and a known
/// cost, objective(z) = g(y(z), c(z)).
///
/// The optimiser then learns the latent y, which is smoother than the objective and whose noise is
/// known, and never has to learn the cost (composite Bayesian optimisation: Astudillo and Frazier,
/// ICML 2019).
public protocol CompositeObjective: Sendable {
  /// g: does not decrease with the latent, and is finite.
  func value(latent: Double, cost: Double) -> Double
}

/// A composite objective together with the cost of each bit vector: base + Σ costᵢ·(1 − zᵢ), what
/// remains to be paid where the bits that are one save their share.
public struct Composition: Sendable {
  /// The cost of the vector of ones.
  public let baseCost: Double
  /// What each bit costs while it is zero; not negative.
  public let costs: [Double]
  /// g.
  public let objective: any CompositeObjective

  /// - Precondition: all costs are finite and not negative.
  public init(baseCost: Double, costs: [Double], objective: any CompositeObjective) {
    precondition(
      baseCost >= 0 && baseCost.isFinite && costs.allSatisfy { $0 >= 0 && $0.isFinite },
      "costs are finite and not negative")
    self.baseCost = baseCost
    self.costs = costs
    self.objective = objective
  }

  /// The cost of a point.
  public func cost(of point: BitVector) -> Double {
    precondition(point.count == costs.count, "\(costs.count) costs for \(point.count) bits")
    var sum = baseCost
    for index in costs.indices where !point[index] { sum += costs[index] }
    return sum
  }

  /// The objective at a point whose latent is known.
  public func value(latent: Double, at point: BitVector) -> Double {
    objective.value(latent: latent, cost: cost(of: point))
  }
}
