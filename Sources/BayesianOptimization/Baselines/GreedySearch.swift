import Statistics

/// Greedy search by measured conditional gain: one bit after the other is flipped in the best point
/// so far, and stays flipped where that measures better.
///
/// With a screen it begins with what the screen alone says — the sets of least screened harm for a
/// range of savings — and takes the bits in the order of screened harm per saving; without one, in
/// a random order. The first improvement is taken: trying every bit before each step would spend
/// 200 evaluations on three bits.
public struct GreedySearch: AskTellOptimizer, Sendable {
  private let seed: UInt64
  private let design: InitialDesign
  private let order: [Int]
  private var space: SearchSpace
  private var log: ObservationLog

  /// A greedy search.
  public init(_ problem: SearchProblem, seed: UInt64) {
    problem.check()
    self.seed = seed
    space = SearchSpace(Domain(problem))
    design = InitialDesign(problem, space: space, hasModel: false)
    log = ObservationLog(problem)
    var random = RandomSource(seed: seed, stream: 0x6772_6565)
    let shuffled = random.sample(space.free.count, of: space.free)
    guard let importance = problem.importance else {
      order = shuffled
      return
    }
    let costs = problem.composition?.savings
    order = shuffled.stableSorted { a, b in
      importance[a] * (costs?[b] ?? 1) < importance[b] * (costs?[a] ?? 1)
    }
  }

  /// The best point so far with the next bit flipped; nil when every point has been tried.
  public mutating func ask() -> Proposal? {
    guard !space.isExhausted, let proposal = propose() else { return nil }
    space.take(proposal.point)
    return proposal
  }

  private func propose() -> Proposal? {
    if let given = design.next(after: space.taken) { return given }
    let best = log.ranked(in: space).first?.point ?? BitVector(count: space.domain.dimension)
    if !space.taken.contains(best) { return Proposal(point: best, origin: .neighbor) }
    for step in order.indices {
      let bit = order[(log.tells + step) % order.count]
      let neighbor = space.domain.flip(bit, of: best).apply(to: best)
      if !space.taken.contains(neighbor) {
        return Proposal(point: neighbor, origin: .neighbor)
      }
    }
    var random = RandomSource(seed: seed, stream: UInt64(space.taken.count))
    return space.randomUntaken(density: Density.covering(space.taken.count), &random)
      .map { Proposal(point: $0, origin: .random) }
  }

  /// Takes note of a point that somebody else is evaluating.
  public mutating func reserve(_ point: BitVector) { space.take(point) }

  /// Takes note that the evaluation of a point failed.
  public mutating func discard(_ point: BitVector) { space.take(point) }

  /// Notes an observation.
  public mutating func tell(
    _ point: BitVector, value: Double, noiseVariance: Double, chunks: SharedChunks?
  ) {
    space.take(point)
    log.add(point, value: value, noiseVariance: noiseVariance)
  }

  /// The points with the largest observed objectives.
  public func recommendations(_ count: Int) -> [Belief] { log.beliefs(count, in: space) }
}
