import Statistics

/// Maximises an acquisition function over bit vectors by local search from many starts.
///
/// Steepest ascent over single flips from each start, then the best few local optima are climbed on
/// with exchanges of a one and a zero as well. No continuous relaxation anywhere: rounding the
/// maximiser of one gives points whose acquisition value nobody looked at. Simple local search of
/// this kind is what the best methods of the field use (Papenmeier and others, *Understanding
/// High-Dimensional Bayesian Optimization*, 2025; the MCBO benchmark, NeurIPS 2023).
public struct AcquisitionSearch: Sendable {
  /// Starts: the visited points with the largest posterior mean objectives.
  public var visitedStarts = 3
  /// Starts: the best of the random points and mutations, by acquisition value.
  public var candidateStarts = 3
  /// Random points of varied density that compete to be starts.
  public var randomCandidates = 16
  /// Mutations (2–8 flips) of the ten best visited points that compete to be starts.
  public var mutations = 24
  /// How many local optima under flips are climbed on with exchanges.
  public var polished = 2
  /// Of the moves around a point, how many are evaluated exactly at first; then twice as many.
  public var flips = 10
  /// Of the exchanges around a point, how many are evaluated exactly: the most promising.
  public var exchanges = 32

  private static let mutated = 10
  private static let mutatedBits = 2...8

  /// The default settings.
  public init() {}

  /// The best point found; nil where no start led to a point that is not excluded.
  ///
  /// - Parameters:
  ///   - landscape: the acquisition function.
  ///   - visited: points to start from, the best first.
  ///   - starts: further starts.
  ///   - excluded: points that must not be returned.
  ///   - random: decides the starts.
  func maximize<Function>(
    _ landscape: AcquisitionLandscape<Function>, visited: [BitVector], starts: [BitVector] = [],
    excluding excluded: Set<BitVector>, random: inout RandomSource
  ) -> AcquisitionLandscape<Function>.Scored? {
    var climb = Climb(landscape, excluding: excluded, batch: flips, exchanges: exchanges)
    var optima: [AcquisitionLandscape<Function>.Scored] = []
    let candidates = candidates(landscape, visited: visited, excluded: excluded, random: &random)
    for start in visited.prefix(visitedStarts) + starts + candidates {
      if let optimum = climb.ascend(from: start, withExchanges: false),
        !optima.contains(where: { $0.point == optimum.point })
      {
        optima.append(optimum)
      }
    }
    optima = optima.stableSorted { $0.value > $1.value }
    climb.forgetPaths()
    var finalists: [AcquisitionLandscape<Function>.Scored] = []
    for optimum in optima.prefix(polished) {
      finalists.append(climb.ascend(from: optimum.point, withExchanges: true) ?? optimum)
    }
    // By the exact value; the first of equals.
    return finalists.map { (scored: $0, value: landscape.exactValue($0)) }
      .stableSorted { $0.value > $1.value }.first?.scored
  }

  private func candidates<Function>(
    _ landscape: AcquisitionLandscape<Function>, visited: [BitVector],
    excluded: Set<BitVector>, random: inout RandomSource
  ) -> [BitVector] {
    let domain = landscape.domain
    let free = domain.free
    var candidates: [BitVector] = []
    for _ in 0..<randomCandidates {
      let leaves = random.below(domain.leaves.count + 1)
      candidates.append(domain.random(leaves: leaves, &random))
    }
    for _ in 0..<(visited.isEmpty || free.isEmpty ? 0 : mutations) {
      var mutant = visited[random.below(min(Self.mutated, visited.count))]
      let range = Self.mutatedBits
      let flips = min(free.count, range.lowerBound + random.below(range.count))
      for bit in random.sample(flips, of: free) {
        mutant = domain.flip(bit, of: mutant).apply(to: mutant)
      }
      candidates.append(mutant)
    }
    return candidates.map {
      (point: $0, value: excluded.contains($0) ? -.infinity : landscape.value(at: $0))
    }
    .stableSorted { $0.value > $1.value }.prefix(candidateStarts).map(\.point)
  }
}
