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
  mutating func ask() -> BitVector?

  /// Reports an observed value, to be maximised — the latent's, where the problem has a composition.
  ///
  /// - Parameters:
  ///   - point: where it was observed.
  ///   - value: the observation.
  ///   - noiseVariance: the known part of the variance of its noise, in squared units of the value;
  ///     0 where nothing is known.
  ///   - sample: what part of a population it was measured on, where others are measured on parts of
  ///     the same; nil where the noise is independent.
  /// - Precondition: `value` is finite, and `noiseVariance` finite and not negative. An evaluation
  ///   that failed has no value: decide what it is worth before telling it.
  mutating func tell(
    _ point: BitVector, value: Double, noiseVariance: Double, sample: SharedSample?)

  /// The told points that the method recommends, the best first, with what it believes of them.
  func recommendations(_ count: Int) -> [Belief]
}

extension AskTellOptimizer {
  /// Reports a value whose noise is independent of all others'.
  public mutating func tell(_ point: BitVector, value: Double, noiseVariance: Double) {
    tell(point, value: value, noiseVariance: noiseVariance, sample: nil)
  }

  /// The next points to evaluate at the same time: as many as are left of `count`.
  public mutating func ask(_ count: Int) -> [BitVector] {
    precondition(count >= 0, "\(count) points")
    var points: [BitVector] = []
    while points.count < count, let point = ask() { points.append(point) }
    return points
  }
}
