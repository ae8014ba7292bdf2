import Statistics

extension AcquisitionLandscape {
  /// How many multipliers are tried, and how many of their optima are starts.
  private static var multipliers: Int { 24 }
  private static var kept: Int { 2 }

  /// Optima of the posterior mean's linear part less a multiple of the cost, for a range of
  /// multipliers: for every saving the bits of least harm per saving (Dantzig's relaxation of the
  /// knapsack, 1957). Without costs, the one optimum of the linear part.
  func linearOptima() -> [BitVector] {
    let effects = posterior.bitEffects
    guard let costs = composition?.savings else {
      return [domain.largest(Array(effects))]
    }
    let blocks = domain.blocks(harms: effects.map { -$0 }, savings: costs)
    let step = max(1, blocks.count / Self.multipliers)
    let candidates = stride(from: 1, through: blocks.count, by: step).map {
      BitVector(count: dimension, ones: blocks.prefix($0).flatMap(\.bits))
    }
    return candidates.map { (point: $0, value: value(at: $0)) }
      .stableSorted { $0.value > $1.value }.prefix(Self.kept).map(\.point)
  }
}
