import Statistics

/// Bayesian optimisation of a noisy function of bit vectors: a Gaussian process with a
/// `StructuredKernel`, maximum a posteriori hyper-parameters, and in turn two acquisition functions
/// (`CompositeLogExpectedImprovement`, `ContrastInformation`), both maximised by
/// `AcquisitionSearch`.
///
///     var optimizer = GaussianProcessOptimizer(dimension: 48, seed: 1)
///     for _ in 0..<200 {
///       guard let point = optimizer.ask()?.point else { break }
///       optimizer.tell(point, value: measure(point), noiseVariance: 1e-4)
///     }
///     let answer = optimizer.bestByPosteriorMean
///
/// Made for a few hundred observations of 20–200 bits. Values are standardised internally, so their
/// unit and offset do not matter. The incumbent is a posterior mean and never an observation: the
/// largest of many noisy values is mostly noise.
///
/// Several points may be asked for before any is told; pending ones count as observed at their
/// posterior mean ("kriging believer", Ginsbourger, Le Riche and Carraro 2010).
///
/// <doc:Optimizer> explains how; what was tried besides is in `Experiments/optimiser/NOTES.md`.
public struct GaussianProcessOptimizer: AskTellOptimizer, Sendable {
  /// What is known of the problem.
  public let problem: SearchProblem
  /// The number of bits.
  public var dimension: Int { problem.dimension }
  /// The settings of the search for the next point.
  public var acquisitionSearch = AcquisitionSearch()

  let seed: UInt64
  var space: SearchSpace
  let design: InitialDesign
  private var queue: [BitVector] = []
  /// The points proposed and not yet told, in the order proposed.
  private(set) var pending: [BitVector] = []
  private var indices: [BitVector: Int] = [:]
  private(set) var tells = 0
  private(set) var model: SurrogateModel

  /// An optimiser without observations.
  ///
  /// - Parameters:
  ///   - dimension: the number of bits, at least 1.
  ///   - seed: decides all that is random.
  ///   - initialDesign: points to propose first, in this order; frozen bits in them are cleared.
  ///     Random points from light to heavy fill them up to at least ten, six of them at least.
  ///   - frozen: bits that are zero in every proposal.
  public init(
    dimension: Int, seed: UInt64, initialDesign: [BitVector] = [], frozen: Set<Int> = []
  ) {
    var problem = SearchProblem(dimension: dimension)
    problem.initialDesign = initialDesign
    problem.frozen = frozen
    self.init(problem, seed: seed)
  }

  /// An optimiser of a problem of which more is known.
  public init(_ problem: SearchProblem, seed: UInt64) {
    problem.check()
    self.problem = problem
    self.seed = seed
    space = SearchSpace(Domain(problem))
    design = InitialDesign(problem, space: space, hasModel: true)
    model = SurrogateModel(problem)
  }

  /// The next point to evaluate; nil when every point has been proposed or told.
  public mutating func ask() -> Proposal? {
    guard !space.isExhausted, let proposal = propose() else { return nil }
    space.take(proposal.point)
    pending.append(proposal.point)
    return proposal
  }

  /// Has points proposed before any other, in this order, each as `SearchProblem.initialDesign`'s;
  /// what has been tried is left out.
  @discardableResult
  public mutating func enqueue(_ points: [BitVector]) -> Bool {
    queue += points.map(space.masked)
    return true
  }

  /// Takes note of a point that somebody else is evaluating.
  public mutating func reserve(_ point: BitVector) {
    guard !pending.contains(point) else { return }
    space.take(point)
    pending.append(point)
  }

  /// Takes note that the evaluation of a point failed.
  public mutating func discard(_ point: BitVector) {
    space.take(point)
    pending.removeAll { $0 == point }
  }

  private mutating func propose() -> Proposal? {
    queue.removeAll { space.taken.contains($0) }
    if let queued = queue.first { return Proposal(point: queued, origin: .queue) }
    if let given = design.next(after: space.taken) { return given }
    // The stream is a function of what the contract allows: resumed runs continue alike.
    var random = RandomSource(seed: seed, stream: UInt64(tells) << 20 | UInt64(pending.count))
    let tried = space.taken.count
    if tried < design.count || tells == 0 {
      return space.randomUntaken(density: design.density(tried), &random)
        .map { Proposal(point: $0, origin: .design) }
    }
    return improve(&random)
      // All starts enclosed by known points: possible only where little is left of the space.
      ?? space.randomUntaken(density: Density.covering(tried), &random)
      .map { Proposal(point: $0, origin: .random) }
  }

  /// Reports an observed value — of the latent, where the problem has a composition — and updates
  /// the model.
  ///
  /// Hyper-parameters are fitted after each of the first 60 points and from time to time later, or
  /// when an observation lies more than three standard deviations off; between fits a new point
  /// costs O(n²).
  public mutating func tell(
    _ point: BitVector, value: Double, noiseVariance: Double, chunks: SharedChunks?
  ) {
    space.take(point)
    pending.removeAll { $0 == point }
    tells += 1
    // What is certain cannot be told anything new.
    if problem.certainties.contains(where: { $0.point == point }) { return }
    if let index = indices[point] {
      model.merge(at: index, value: value, noiseVariance: noiseVariance, chunks: chunks)
    } else {
      indices[point] = model.observations.count
      model.add(
        Observation(point, value: value, noiseVariance: noiseVariance, chunks: chunks))
    }
  }
}
