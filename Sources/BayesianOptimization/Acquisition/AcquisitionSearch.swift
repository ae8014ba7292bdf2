import Foundation
import Statistics

/// Maximises the acquisition function over bit vectors by local search from many starts.
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
  /// Of the moves around a point, how many are evaluated exactly at first, and at most.
  public var flips = 10
  /// Of the exchanges around a point, how many are evaluated exactly: the most promising.
  public var exchanges = 32

  /// The default settings.
  public init() {}

  /// The best point found; nil where no start led to a point that is not excluded.
  ///
  /// - Parameters:
  ///   - scorer: the acquisition function.
  ///   - visited: points to start from, the best first.
  ///   - starts: further starts.
  ///   - excluded: points that must not be returned.
  ///   - random: decides the starts.
  func maximize(
    _ scorer: AcquisitionScorer, visited: [BitVector], starts: [BitVector] = [],
    excluding excluded: Set<BitVector>, random: inout RandomSource
  ) -> AcquisitionScorer.Scored? {
    var climb = Climb(
      scorer: scorer, excluded: excluded, flips: flips, exchanges: exchanges)
    var optima: [AcquisitionScorer.Scored] = []
    let candidates = candidates(scorer, visited: visited, excluded: excluded, random: &random)
    for start in visited.prefix(visitedStarts) + starts + candidates {
      if let optimum = climb.ascend(from: start, withExchanges: false),
        !optima.contains(where: { $0.point == optimum.point })
      {
        optima.append(optimum)
      }
    }
    optima = optima.stableSorted { $0.value > $1.value }
    climb.forgetPaths()
    var finalists: [AcquisitionScorer.Scored] = []
    for optimum in optima.prefix(polished) {
      finalists.append(climb.ascend(from: optimum.point, withExchanges: true) ?? optimum)
    }
    // By the exact value; the first of equals.
    let values = finalists.map(scorer.exactValue)
    return finalists.indices.stableSorted { values[$0] > values[$1] }.first.map { finalists[$0] }
  }

  private func candidates(
    _ scorer: AcquisitionScorer, visited: [BitVector], excluded: Set<BitVector>,
    random: inout RandomSource
  ) -> [BitVector] {
    let free = scorer.free
    let dimension = scorer.process.kernel.structure.dimension
    var candidates: [BitVector] = []
    for _ in 0..<randomCandidates {
      let ones = random.below(free.count + 1)
      candidates.append(BitVector(count: dimension, ones: random.sample(ones, of: free)))
    }
    for _ in 0..<(visited.isEmpty || free.isEmpty ? 0 : mutations) {
      var mutant = visited[random.below(min(10, visited.count))]
      let flips = min(free.count, 2 + random.below(7))
      for bit in random.sample(flips, of: free) { mutant.flip(bit) }
      candidates.append(mutant)
    }
    let values = candidates.map { excluded.contains($0) ? -.infinity : scorer.value($0) }
    return candidates.indices.stableSorted { values[$0] > values[$1] }
      .prefix(candidateStarts).map { candidates[$0] }
  }
}

/// Steepest ascents that share what they know: an ascent that meets the path of an earlier one would
/// end where that one did.
private struct Climb {
  let scorer: AcquisitionScorer
  let excluded: Set<BitVector>
  let flips: Int
  let exchanges: Int
  private var seen: Set<BitVector> = []

  init(scorer: AcquisitionScorer, excluded: Set<BitVector>, flips: Int, exchanges: Int) {
    self.scorer = scorer
    self.excluded = excluded
    self.flips = flips
    self.exchanges = exchanges
  }

  mutating func forgetPaths() { seen = [] }

  /// The local optimum above `start`; nil where an earlier ascent leads there, or where there is
  /// none (an excluded start all of whose neighbours are excluded).
  mutating func ascend(
    from start: BitVector, withExchanges: Bool
  ) -> AcquisitionScorer.Scored? {
    var current = scorer.score(start)
    // An excluded start is a place to leave, however good.
    var value = excluded.contains(start) ? -Double.infinity : current.value
    while true {
      if !seen.insert(current.point).inserted { return nil }
      let flips = scorer.flips(current)
      var next = best(of: scorer.moves(flips), of: current, above: value)
      if next == nil && withExchanges && exchanges > 0 {
        next = best(of: scorer.exchanges(flips, count: exchanges), of: current, above: value)
      }
      guard let next else { return value > -.infinity ? current : nil }
      current = scorer.score(next)
      value = current.value
    }
  }

  /// The best of the first few moves that are better than `floor`, if any are.
  private func best(
    of moves: [AcquisitionScorer.Move], of parent: AcquisitionScorer.Scored, above floor: Double
  ) -> BitVector? {
    // A margin keeps rounding from walking in circles between equal neighbours.
    let threshold = floor + 1e-7 * max(1, abs(floor))
    var next = 0
    var size = flips
    while next < moves.count {
      var batch: [AcquisitionScorer.Move] = []
      while next < moves.count && batch.count < size {
        let neighbour = moves[next].apply(to: parent.point)
        if !excluded.contains(neighbour) { batch.append(moves[next]) }
        next += 1
      }
      var best: (move: AcquisitionScorer.Move, value: Double)?
      for (move, value) in zip(batch, scorer.values(batch[...], of: parent))
      where value > best?.value ?? (floor == -.infinity ? floor : threshold) {
        best = (move, value)
      }
      if let best { return best.move.apply(to: parent.point) }
      size *= 2
    }
    return nil
  }
}
