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

/// A composite objective together with the cost of each bit vector,
///
///     base + Σ costᵢ·(1 − zᵢ) + Σ costᵢⱼ·(1 − zᵢ)·(1 − zⱼ),
///
/// what remains to be paid where the bits that are one save their share. Costs of pairs are for
/// choices whose costs multiply: of a head that has some precision and knows some of the tokens.
public struct Composition: Sendable {
  /// The cost of the vector of ones.
  public let baseCost: Double
  /// What each bit costs while it is zero; not negative.
  public let costs: [Double]
  /// What some pairs of bits cost while both are zero, besides.
  public let pairCosts: [PairCost]
  /// g.
  public let objective: any CompositeObjective

  /// What a pair of bits costs while both are zero.
  public struct PairCost: Hashable, Sendable {
    /// One of two different bits.
    public let first: Int
    /// The other.
    public let second: Int
    /// Not negative.
    public let cost: Double

    /// The cost of a pair of different bits.
    public init(_ first: Int, _ second: Int, cost: Double) {
      (self.first, self.second, self.cost) = (first, second, cost)
    }
  }

  /// - Precondition: all costs are finite and not negative; a pair is of two different bits that
  ///   have costs.
  public init(
    baseCost: Double, costs: [Double], pairCosts: [PairCost] = [],
    objective: any CompositeObjective
  ) {
    precondition(
      ([baseCost] + costs + pairCosts.map(\.cost)).allSatisfy { $0 >= 0 && $0.isFinite },
      "costs are finite and not negative")
    precondition(
      pairCosts.allSatisfy {
        $0.first != $0.second && costs.indices.contains($0.first)
          && costs.indices.contains($0.second)
      }, "a pair is of two different bits")
    self.baseCost = baseCost
    self.costs = costs
    self.pairCosts = pairCosts
    self.objective = objective
  }

  /// The cost of a point.
  public func cost(of point: BitVector) -> Double {
    precondition(point.count == costs.count, "\(costs.count) costs for \(point.count) bits")
    var sum = baseCost
    for index in costs.indices where !point[index] { sum += costs[index] }
    for pair in pairCosts where !point[pair.first] && !point[pair.second] { sum += pair.cost }
    return sum
  }

  /// The cost after a move from a point of known cost.
  func cost(after move: Move, from point: BitVector, cost: Double) -> Double {
    let sum = move.bits.reduce(cost) { $0 + change(flipping: $1, of: point) }
    return sum + pairChange(move, from: point)
  }

  /// What a flip of each bit changes the cost by, but for those of pairs.
  func changes(from point: BitVector) -> [Double] {
    costs.indices.map { change(flipping: $0, of: point) }
  }

  private func change(flipping bit: Int, of point: BitVector) -> Double {
    (point[bit] ? 1 : -1) * costs[bit]
  }

  /// What a move changes the costs of pairs by.
  func pairChange(_ move: Move, from point: BitVector) -> Double {
    pairCosts.reduce(0) { sum, pair in
      let (first, second) = (point[pair.first], point[pair.second])
      let isPaid =
        move.bits.contains(pair.first) == first
        && move.bits.contains(pair.second) == second
      return sum + (isPaid ? pair.cost : 0) - (!first && !second ? pair.cost : 0)
    }
  }

  /// What each bit saves where of its pairs half are still to be paid.
  var savings: [Double] {
    var savings = costs
    for pair in pairCosts {
      savings[pair.first] += pair.cost / 2
      savings[pair.second] += pair.cost / 2
    }
    return savings
  }

  /// The cost of the vector of zeros, less that of the vector of ones.
  var range: Double { costs.reduce(0, +) + pairCosts.reduce(0) { $0 + $1.cost } }

  /// The objective at a point whose latent is known.
  public func value(latent: Double, at point: BitVector) -> Double {
    objective.value(latent: latent, cost: cost(of: point))
  }
}
