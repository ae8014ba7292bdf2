import Statistics

/// Random search, the baseline that any optimiser must beat with half the trials.
///
/// An honest one: the share of ones is stratified over the range that the model-based optimiser
/// starts from too. Fair coin flips would give half of the bits always, a much weaker opponent.
public struct RandomSearch: AskTellOptimizer, Sendable {
  private let seed: UInt64
  private let design: [BitVector]
  private var space: SearchSpace
  private var log: ObservationLog

  /// A search over `dimension` bits of which the `frozen` ones stay zero.
  public init(dimension: Int, seed: UInt64, frozen: Set<Int> = []) {
    var problem = SearchProblem(dimension: dimension)
    problem.frozen = frozen
    self.init(problem, seed: seed)
  }

  /// A search that proposes the problem's initial design first.
  public init(_ problem: SearchProblem, seed: UInt64) {
    problem.check()
    self.seed = seed
    space = SearchSpace(Domain(problem))
    design = problem.initialDesign.map(space.masked)
    log = ObservationLog(problem)
  }

  /// A random point that was neither proposed nor told; nil when there is none left.
  public mutating func ask() -> Proposal? {
    if let given = design.first(where: { !space.taken.contains($0) }) {
      space.take(given)
      return Proposal(point: given, origin: .design)
    }
    var random = RandomSource(seed: seed, stream: UInt64(space.taken.count))
    let density = Density.covering(space.taken.count)
    guard let point = space.randomUntaken(density: density, &random) else { return nil }
    space.take(point)
    return Proposal(point: point, origin: .random)
  }

  /// Takes note of a point that somebody else is evaluating.
  public mutating func reserve(_ point: BitVector) { space.take(point) }

  /// Takes note that the evaluation of a point failed.
  public mutating func discard(_ point: BitVector) { space.take(point) }

  /// Notes an observation; its value changes no proposal.
  public mutating func tell(
    _ point: BitVector, value: Double, noiseVariance: Double, chunks: SharedChunks?
  ) {
    space.take(point)
    log.add(point, value: value, noiseVariance: noiseVariance)
  }

  /// The points with the largest observed objectives.
  public func recommendations(_ count: Int) -> [Belief] { log.beliefs(count, in: space) }
}
