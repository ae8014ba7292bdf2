/// A maximiser of an expensive, noisy function of bit vectors that leaves the evaluation to its
/// caller: ask for a point, evaluate it, tell the value.
///
/// Contract of every implementation here:
/// - Points are told in any order, also ones that were never asked for (known beforehand, or
///   resumed from a journal). A point told again is another observation of the same point.
/// - A point is never proposed twice, and never after it has been told. A point asked for and not
///   yet told is pending; several may be pending at once.
/// - Proposals are a function of the seed, the sequence of tells and the pending points alone:
///   replaying a journal's tells leads to the proposals that the interrupted run would have made.
public protocol AskTellOptimizer {
  /// The next point to evaluate; nil when every point has been tried.
  mutating func ask() -> Proposal?

  /// Reports an observed value, to be maximised — the latent's, where the problem has a
  /// composition.
  ///
  /// - Parameters:
  ///   - point: where it was observed.
  ///   - value: the observation.
  ///   - noiseVariance: the known part of the variance of its noise, in squared units of the value;
  ///     0 where nothing is known.
  ///   - chunks: what part of a population it was measured on, where others are measured on parts
  ///     of the same; nil where the noise is independent.
  /// - Precondition: `value` is finite, and `noiseVariance` finite and not negative. An evaluation
  ///   that failed has no value: decide what it is worth before telling it.
  mutating func tell(
    _ point: BitVector, value: Double, noiseVariance: Double, chunks: SharedChunks?)

  /// Takes note of a point that somebody else is evaluating: it is pending as if it had been asked
  /// for here.
  mutating func reserve(_ point: BitVector)

  /// Takes note that the evaluation of a point failed: it is not pending, has no value, and is not
  /// proposed again.
  mutating func discard(_ point: BitVector)

  /// Has points proposed before any other, in this order, each as `SearchProblem.initialDesign`'s;
  /// what has been tried is left out.
  ///
  /// - Returns: false, with nothing changed, where the method does not take any.
  mutating func enqueue(_ points: [BitVector]) -> Bool

  /// The told points that the method recommends, the best first, with what it believes of them.
  func recommendations(_ count: Int) -> [Belief]

  /// What the method believes of the whole function; nil where it has no model.
  var beliefs: (any Beliefs)? { get }

  /// What the method believes of the best of all feasible points; nil where it has no model, and
  /// before the first observation.
  ///
  /// - Parameters:
  ///   - threshold: in the unit of the objective.
  ///   - samples: how many functions are drawn, one at least; the same at the same state.
  func prospect(above threshold: Double, samples: Int) -> Prospect?
}

extension AskTellOptimizer {
  /// Most methods take no points.
  public mutating func enqueue(_ points: [BitVector]) -> Bool { false }

  /// Most methods have no model.
  public var beliefs: (any Beliefs)? { nil }

  /// Most methods have no model.
  public func prospect(above threshold: Double, samples: Int) -> Prospect? { nil }

  /// Reports a value whose noise is independent of all others'.
  public mutating func tell(_ point: BitVector, value: Double, noiseVariance: Double) {
    tell(point, value: value, noiseVariance: noiseVariance, chunks: nil)
  }

  /// The next points to evaluate at the same time: as many as are left of `count`.
  public mutating func ask(_ count: Int) -> [Proposal] {
    precondition(count >= 0, "\(count) points")
    var proposals: [Proposal] = []
    while proposals.count < count, let proposal = ask() { proposals.append(proposal) }
    return proposals
  }
}
