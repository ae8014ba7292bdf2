import Foundation
import Statistics

/// Bayesian optimisation of a noisy function of bit vectors: a Gaussian process with a
/// `StructuredKernel`, maximum a posteriori hyper-parameters, and in turn two acquisition functions,
/// both maximised by `AcquisitionSearch`:
///
/// - composite log expected improvement over the best posterior mean;
/// - what an observation tells of a contrast: by how much it lowers the variance of the difference
///   between the incumbent and the optimum of a random function from the posterior. Such an optimum
///   is what Thompson (1933) would evaluate; to evaluate what tells most of it, and not itself, is the
///   design for linear bandits of Soare, Lazaric and Munos (NeurIPS 2014) and of Fiez, Jain, Jamieson
///   and Ratliff (NeurIPS 2019).
///
///     var optimizer = GaussianProcessOptimizer(dimension: 48, seed: 1)
///     for _ in 0..<200 {
///       guard let point = optimizer.ask() else { break }
///       optimizer.tell(point, value: measure(point), noiseVariance: 1e-4)
///     }
///     let answer = optimizer.bestByPosteriorMean
///
/// Made for a few hundred observations of 20–200 bits. Values are standardised internally, so their
/// unit and offset do not matter. The incumbent is a posterior mean and never an observation: the
/// largest of many noisy values is mostly luck.
///
/// Why in turn: with noise as large as a bit's effect, expected improvement alone keeps to bits that it
/// has settled early and wrongly, and points that tell much are seldom good themselves. On twenty
/// synthetic skip sets of 64 bits the regret after 200 trials was, with a screen and without (standard
/// errors about 0.14), 1.2% and 1.3%; with the sample's optimum itself in place of what tells of it,
/// 1.5% and 1.7%; with contrasts alone, 3.8% and 6.1%. At 160 bits it makes no difference (3.1% and
/// 3.0%, eighteen sets, 0.15). What made none at 64 bits: contrasts of two samples or with the largest
/// posterior mean anywhere, contrasts in two turns of three, the same noise everywhere. Contrasts in one
/// turn of four, or only where they tell a twentieth, a tenth or a fifth more than their sample's
/// optimum, gave 1.2–1.4% with a screen (without, at a tenth, 1.6%). Earlier, with samples: some drawn
/// closer to the mean, visits of the largest posterior mean, a trust region. To recommend the largest
/// posterior mean anywhere, and not only among told points, gains 0.1% at 160 bits.
///
/// A limit of this model: effects that do not add up. On the reference model with trials that have no
/// noise, one of two searches spent its last hundred trials at a regret of 4% to 5% in the belief that
/// the wrong one of two MLPs must stay: skipping both is bad. Noise on every observation in proportion to
/// how far its objective falls short of the best, its share inferred, frees such searches (0.9% for 2.5%
/// after 200 trials, two seeds), makes no difference on synthetic sets, and with a trial's real noise costs
/// half a percent (2.5% for 2.0%, sixteen searches with a screen; 2.7% for 2.2%, fourteen without): it was
/// removed. So was the logarithm of bad values' shortfalls in place of the values: it ends at bad points.
///
/// How much a better model could add: on ten of those sets the exact posterior under the law that
/// generates them (Hamiltonian Monte Carlo over its weights and pairs), given the same trials as this
/// one's, recommends sets with a regret of 1.5% where this model's have 1.7%.
///
/// Several points may be asked for before any is told; pending ones count as observed at their
/// posterior mean ("kriging believer", Ginsbourger, Le Riche and Carraro 2010).
public struct GaussianProcessOptimizer: AskTellOptimizer, Sendable {
  /// What is known of the problem.
  public let problem: SearchProblem
  /// The number of bits.
  public var dimension: Int { problem.dimension }
  /// The settings of the search for the next point.
  public var acquisitionSearch = AcquisitionSearch()
  /// The largest expected improvement, relative to the incumbent, that the last proposal's search
  /// found; nil where the last proposal was of the design or for a contrast. For a
  /// `StoppingRule`.
  public internal(set) var lastExpectedImprovement: Double?

  private let seed: UInt64
  var space: SearchSpace
  let design: InitialDesign
  private var queue: [BitVector] = []
  private(set) var pending: [BitVector] = []
  private var indices: [BitVector: Int] = [:]
  private var tells = 0
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
    space = SearchSpace(dimension: problem.dimension, frozen: problem.frozen)
    design = InitialDesign(problem, space: space, hasModel: true)
    model = SurrogateModel(problem)
  }

  /// The next point to evaluate; nil when every point has been proposed or told.
  public mutating func ask() -> BitVector? {
    lastExpectedImprovement = nil
    guard !space.isExhausted, let point = propose() else { return nil }
    space.take(point)
    pending.append(point)
    return point
  }

  /// Has points proposed before any other, in this order; frozen bits in them are cleared, and what
  /// has been tried is left out.
  public mutating func enqueue(_ points: [BitVector]) {
    queue += points.map(space.masked)
  }

  private mutating func propose() -> BitVector? {
    queue.removeAll { space.taken.contains($0) }
    if let queued = queue.first { return queued }
    if let given = design.next(after: space.taken) { return given }
    // The stream is a function of what the contract allows: resumed runs continue alike.
    var random = RandomSource(seed: seed, stream: UInt64(tells) << 20 | UInt64(pending.count))
    let started = space.taken.count
    if started < design.count || tells == 0 {
      return space.randomUntaken(density: design.density(started), &random)
    }
    return improve(&random)
      // All starts enclosed by known points: possible only where little is left of the space.
      ?? space.randomUntaken(density: Density.covering(started), &random)
  }

  /// The points proposed and not yet told, in the order proposed.
  public var pendingPoints: [BitVector] { pending }

  /// Whether the next proposal is the model's, and no longer one of the initial design.
  public var isDesignComplete: Bool { tells > 0 && space.taken.count >= design.count }

  /// Reports an observed value — of the latent, where the problem has a composition — and updates
  /// the model.
  ///
  /// Hyper-parameters are fitted after each of the first 60 points and from time to time later, or
  /// when an observation lies more than three standard deviations off; between fits a new point
  /// costs O(n²).
  public mutating func tell(
    _ point: BitVector, value: Double, noiseVariance: Double, sample: SharedSample?
  ) {
    space.take(point)
    pending.removeAll { $0 == point }
    tells += 1
    // What is certain cannot be told anything new.
    if problem.certainties.contains(where: { $0.point == point }) { return }
    if let index = indices[point] {
      model.merge(at: index, value: value, noiseVariance: noiseVariance, sample: sample)
    } else {
      indices[point] = model.observations.count
      model.add(
        Observation(point, value: value, noiseVariance: noiseVariance, sample: sample))
    }
  }
}
