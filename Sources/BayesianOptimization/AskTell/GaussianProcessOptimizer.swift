import Foundation

/// Bayesian optimisation of a noisy function of bit vectors: a Gaussian process with
/// `BitVectorKernel`, maximum a posteriori hyper-parameters, and log expected improvement over the
/// best posterior mean, maximised by `AcquisitionSearch`.
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
/// Several points may be asked for before any is told; pending ones count as observed at their
/// posterior mean ("kriging believer", Ginsbourger, Le Riche and Carraro 2010).
public struct GaussianProcessOptimizer: AskTellOptimizer, Sendable {
  /// The number of bits.
  public var dimension: Int { space.dimension }
  /// The settings of the search for the next point.
  public var acquisitionSearch = AcquisitionSearch()

  private let seed: UInt64
  private var space: SearchSpace
  /// The caller's points to begin with, without repetitions.
  private let design: [BitVector]
  /// Points before the model decides: the caller's, and random ones to fill up.
  private let designCount: Int
  private var pending: [BitVector] = []
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
    self.seed = seed
    space = SearchSpace(dimension: dimension, frozen: frozen)
    var design: [BitVector] = []
    for point in initialDesign.map(space.masked) where !design.contains(point) {
      design.append(point)
    }
    self.design = design
    designCount = max(Self.smallestDesign, design.count + Self.fewestRandom)
    model = SurrogateModel(dimension: dimension)
  }

  private static let smallestDesign = 10
  private static let fewestRandom = 6

  /// The next point to evaluate; nil when every point has been proposed or told.
  public mutating func ask() -> BitVector? {
    guard !space.isExhausted, let point = propose() else { return nil }
    space.take(point)
    pending.append(point)
    return point
  }

  private func propose() -> BitVector? {
    if let given = design.first(where: { !space.taken.contains($0) }) { return given }
    // The stream is a function of what the contract allows: resumed runs continue alike.
    var random = RandomSource(seed: seed, stream: UInt64(tells) << 20 | UInt64(pending.count))
    let started = space.taken.count
    if started < designCount || tells == 0 {
      let index = max(0, started - design.count)
      let count = designCount - design.count
      let density =
        index < count ? Density.stratum(index, of: count) : Density.covering(started)
      return space.randomUntaken(density: density, &random)
    }
    return improve(&random)
      // All starts enclosed by known points: possible only where little is left of the space.
      ?? space.randomUntaken(density: Density.covering(started), &random)
  }

  private func improve(_ random: inout RandomSource) -> BitVector? {
    let (process, incumbent) = model.believing(pending) { space.contains($0) }
    if space.free.count <= 8 {
      let points = space.untaken()
      let values = AcquisitionScorer(process: process, incumbent: incumbent, free: space.free)
        .values(points)
      return points.indices.stableSorted { values[$0] > values[$1] }.first.map { points[$0] }
    }
    return acquisitionSearch.maximize(
      process, incumbent: incumbent, free: space.free, excluding: space.taken, random: &random
    )?.point
  }

  /// Reports an observed value and updates the model.
  ///
  /// Hyper-parameters are fitted after each of the first 60 points and from time to time later, or
  /// when an observation lies more than three standard deviations off; between fits a new point
  /// costs O(n²).
  public mutating func tell(_ point: BitVector, value: Double, noiseVariance: Double) {
    space.take(point)
    pending.removeAll { $0 == point }
    tells += 1
    if let index = indices[point] {
      model.merge(at: index, value: value, noiseVariance: noiseVariance)
    } else {
      indices[point] = model.observations.count
      model.add(Observation(point, value: value, noiseVariance: noiseVariance))
    }
  }
}

extension GaussianProcessOptimizer {
  /// What the model believes of the function's value at a point.
  public struct Belief: Sendable, Equatable {
    /// The point.
    public let point: BitVector
    /// The posterior mean.
    public let mean: Double
    /// The posterior standard deviation of the function, without observation noise.
    public let standardDeviation: Double
  }

  /// Whether the next proposal is the model's, and no longer one of the initial design.
  public var isDesignComplete: Bool { tells > 0 && space.taken.count >= designCount }

  /// The number of different points told.
  public var observationCount: Int { model.observations.count }

  /// Points proposed and not yet told, in the order proposed.
  public var pendingPoints: [BitVector] { pending }

  /// The posterior at any point; before the first observation, the prior of standardised values.
  public func posterior(at point: BitVector) -> Belief { model.belief(at: point) }

  /// The told point with the largest posterior mean, frozen bits zero: the one to recommend. Its
  /// mean is shrunk towards what its neighbours say, unlike the largest observation, which
  /// overstates. Nil before the first.
  public var bestByPosteriorMean: Belief? {
    model.best { space.contains($0) }.map { model.belief(at: model.observations[$0].point) }
  }

  /// The standard deviation of the observation noise that the model infers beyond the known part,
  /// in units of the value.
  public var inferredNoise: Double { model.inferredNoise }

  /// The kernel's hyper-parameters (logarithms, for standardised values).
  public var kernel: BitVectorKernel { model.process.kernel }
}
