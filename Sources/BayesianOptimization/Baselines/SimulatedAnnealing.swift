import Foundation
import Statistics

/// Simulated annealing over flips and exchanges (Kirkpatrick, Gelatt and Vecchi 1983), which beats
/// most Bayesian optimisers of bit vectors on standard functions (the MCBO benchmark, NeurIPS
/// 2023).
///
/// After the initial design and a few random points it starts from the best of them. A neighbour
/// with a worse observation is moved to with probability exp(−loss/T); T falls geometrically over
/// the budget from half the standard deviation of the first observations to a hundredth.
public struct SimulatedAnnealing: AskTellOptimizer, Sendable {
  private let seed: UInt64
  private let budget: Int
  private let design: InitialDesign
  private var space: SearchSpace
  private var log: ObservationLog
  private var current: (point: BitVector, objective: Double)?
  private var spread = 0.0

  /// Random moves drawn before the neighbourhood counts as used up, and how many of them per
  /// further move at a time.
  private static let attempts = 256
  private static let attemptsPerDistance = 64
  /// In standard deviations of the first observations; and what remains of it at the end.
  private static let firstTemperature = 0.5
  private static let cooling = 0.02

  /// - Parameter budget: the evaluations after which the temperature is at its lowest.
  public init(_ problem: SearchProblem, seed: UInt64, budget: Int = 200) {
    problem.check()
    self.seed = seed
    self.budget = budget
    space = SearchSpace(Domain(problem))
    design = InitialDesign(problem, space: space, hasModel: false)
    log = ObservationLog(problem)
  }

  /// A neighbour of the current point; nil when every point has been tried.
  public mutating func ask() -> Proposal? {
    guard !space.isExhausted, let proposal = propose() else { return nil }
    space.take(proposal.point)
    return proposal
  }

  private func propose() -> Proposal? {
    if let given = design.next(after: space.taken) { return given }
    let started = space.taken.count
    var random = RandomSource(
      seed: seed, stream: UInt64(log.tells) << 20 | UInt64(started))
    guard started >= design.count, let current, !space.free.isEmpty else {
      return space.randomUntaken(density: design.density(started), &random)
        .map { Proposal(point: $0, origin: .design) }
    }
    let ones = space.free.filter { current.point[$0] }
    let zeros = space.free.filter { !current.point[$0] }
    // Farther and farther where the neighbourhood is used up.
    for attempt in 0..<Self.attempts {
      var neighbor = current.point
      func flip(_ bit: Int) { neighbor = space.domain.flip(bit, of: neighbor).apply(to: neighbor) }
      for _ in 0...attempt / Self.attemptsPerDistance {
        if random.uniform() < 0.5 || ones.isEmpty || zeros.isEmpty {
          flip(space.free[random.below(space.free.count)])
        } else {
          flip(ones[random.below(ones.count)])
          flip(zeros[random.below(zeros.count)])
        }
      }
      if !space.taken.contains(neighbor) {
        return Proposal(point: neighbor, origin: .neighbor)
      }
    }
    return space.randomUntaken(density: Density.covering(started), &random)
      .map { Proposal(point: $0, origin: .random) }
  }

  /// Takes note of a point that somebody else is evaluating.
  public mutating func reserve(_ point: BitVector) { space.take(point) }

  /// Takes note that the evaluation of a point failed.
  public mutating func discard(_ point: BitVector) { space.take(point) }

  /// Moves to the point told, or does not.
  public mutating func tell(
    _ point: BitVector, value: Double, noiseVariance: Double, chunks: SharedChunks?
  ) {
    space.take(point)
    log.add(point, value: value, noiseVariance: noiseVariance)
    guard log.tells > design.count else {
      current = log.ranked(in: space).first
      let values = log.observations.map(log.objective)
      let mean = values.reduce(0, +) / Double(values.count)
      spread =
        (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      return
    }
    guard space.contains(point), let observed = log.observations.last(where: { $0.point == point })
    else { return }
    let objective = log.objective(observed)
    let progress = min(1, Double(log.tells - design.count) / Double(max(1, budget - design.count)))
    let temperature = spread * Self.firstTemperature * pow(Self.cooling, progress)
    var random = RandomSource(seed: seed, stream: UInt64(log.tells) << 20 | 0xF_FFFF)
    let loss = (current?.objective ?? -.infinity) - objective
    if loss <= 0 || random.uniform() < exp(-loss / temperature) { current = (point, objective) }
  }

  /// The points with the largest observed objectives.
  public func recommendations(_ count: Int) -> [Belief] { log.beliefs(count, in: space) }
}
