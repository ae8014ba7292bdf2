import Foundation

/// Maximises log expected improvement over bit vectors by local search from many starts.
///
/// Steepest ascent over single flips from each start, then the best few local optima are climbed on
/// with exchanges of a one and a zero as well. No continuous relaxation anywhere: rounding the
/// maximiser of one gives points whose acquisition value nobody looked at. Simple local search of
/// this kind is what the best methods of the field use (Papenmeier and others, *Understanding
/// High-Dimensional Bayesian Optimization*, 2025; the MCBO benchmark, NeurIPS 2023).
public struct AcquisitionSearch: Sendable {
  /// Starts: the visited points with the largest posterior means.
  public var visitedStarts = 6
  /// Starts: the best of the random points and mutations, by acquisition value.
  public var candidateStarts = 8
  /// Random points of varied density that compete to be starts.
  public var randomCandidates = 128
  /// Mutations (2–8 flips) of the ten best visited points that compete to be starts.
  public var mutations = 128
  /// How many local optima under flips are climbed on with exchanges.
  public var polished = 4
  /// Of the exchanges around a point, how many are evaluated exactly: those with the largest upper
  /// bounds. Up to 16 bits that is all of them. At 64 bits, evaluating all doubled the time of a
  /// proposal and did not improve the mean of six searches.
  public var exchanges = 64

  /// The default settings.
  public init() {}

  /// The best point found; nil where no start led to a point that is not excluded.
  ///
  /// - Parameters:
  ///   - process: the posterior.
  ///   - incumbent: the value to improve on.
  ///   - free: the bits that may be one, ascending; all others stay zero.
  ///   - excluded: points that must not be returned.
  ///   - random: decides the starts.
  public func maximize(
    _ process: GaussianProcess<BitVectorKernel>, incumbent: Double, free: [Int],
    excluding excluded: Set<BitVector>, random: inout RandomSource
  ) -> (point: BitVector, logExpectedImprovement: Double)? {
    let scorer = AcquisitionScorer(process: process, incumbent: incumbent, free: free)
    var climb = Climb(scorer: scorer, excluded: excluded, exchanges: exchanges)
    let starts = starts(scorer, free: free, excluded: excluded, random: &random)
    var optima: [AcquisitionScorer.Scored] = []
    for start in starts {
      if let optimum = climb.ascend(from: start, withSwaps: false),
        !optima.contains(where: { $0.point == optimum.point })
      {
        optima.append(optimum)
      }
    }
    optima = optima.stableSorted { $0.value > $1.value }
    var best = optima.first
    climb.forgetPaths()
    for optimum in optima.prefix(polished) {
      guard let polished = climb.ascend(from: optimum.point, withSwaps: true) else { continue }
      if polished.value > best?.value ?? -.infinity { best = polished }
    }
    return best.map { ($0.point, $0.value) }
  }

  private func starts(
    _ scorer: AcquisitionScorer, free: [Int], excluded: Set<BitVector>,
    random: inout RandomSource
  ) -> [BitVector] {
    let process = scorer.process
    let dimension = process.kernel.dimension
    let frozenMask = BitVector(count: dimension, ones: free)
    let visited = zip(process.observations, process.meansAtObservations)
      .filter { zip($0.0.point.words, frozenMask.words).allSatisfy { $0 & ~$1 == 0 } }
      .stableSorted { $0.1 > $1.1 }
      .map(\.0.point)
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
    let values = scorer.values(candidates)
    let best = candidates.indices
      .filter { !excluded.contains(candidates[$0]) }
      .stableSorted { values[$0] > values[$1] }
      .prefix(candidateStarts)
    return visited.prefix(visitedStarts) + best.map { candidates[$0] }
  }
}

/// Steepest ascents that share what they know: an ascent that meets the path of an earlier one would
/// end where that one did.
private struct Climb {
  let scorer: AcquisitionScorer
  let excluded: Set<BitVector>
  let exchanges: Int
  private var seen: Set<BitVector> = []

  init(scorer: AcquisitionScorer, excluded: Set<BitVector>, exchanges: Int) {
    self.scorer = scorer
    self.excluded = excluded
    self.exchanges = exchanges
  }

  mutating func forgetPaths() { seen = [] }

  /// The local optimum above `start`; nil where an earlier ascent leads there, or where there is
  /// none (an excluded start all of whose neighbours are excluded).
  mutating func ascend(from start: BitVector, withSwaps: Bool) -> AcquisitionScorer.Scored? {
    var current = scorer.score(start)
    // An excluded start is a place to leave, however good.
    var value = excluded.contains(start) ? -Double.infinity : current.value
    while true {
      if !seen.insert(current.point).inserted { return nil }
      var next = best(of: scorer.flips(current), at: current.point, above: value)
      if next == nil && withSwaps {
        let swaps = scorer.swaps(current, above: value).prefix(exchanges)
        next = best(of: Array(swaps), at: current.point, above: value)
      }
      guard let next else { return value > -.infinity ? current : nil }
      current = scorer.score(next)
      value = current.value
    }
  }

  /// The best neighbour, if it is better than `floor`. `moves` come in descending order of their
  /// upper bounds, so the rest can be left out as soon as the next bound is too low.
  private func best(
    of moves: [AcquisitionScorer.Move], at point: BitVector, above floor: Double
  ) -> BitVector? {
    var best: (point: BitVector, value: Double)?
    var next = 0
    // Small batches may spare evaluations, large ones use the matrix kernels better.
    var size = 8
    while next < moves.count {
      // A relative margin keeps rounding from walking in circles between equal neighbours.
      let threshold = best?.value ?? (floor + 1e-9 * max(1, abs(floor)))
      var batch: [BitVector] = []
      while next < moves.count && batch.count < size && moves[next].bound > threshold {
        let neighbour = moves[next].apply(to: point)
        if !excluded.contains(neighbour) { batch.append(neighbour) }
        next += 1
      }
      if batch.isEmpty { break }
      size = min(64, 2 * size)
      for (neighbour, value) in zip(batch, scorer.values(batch)) where value > threshold {
        if value > best?.value ?? -.infinity { best = (neighbour, value) }
      }
    }
    return best?.point
  }
}

extension Sequence {
  /// Sorted with ties in their original order, whatever the standard library's sort promises.
  func stableSorted(by precedes: (Element, Element) -> Bool) -> [Element] {
    enumerated().sorted {
      precedes($0.element, $1.element)
        || !precedes($1.element, $0.element) && $0.offset < $1.offset
    }.map(\.element)
  }
}
