/// Random search, the baseline that any optimiser must beat with half the trials.
///
/// An honest one: the share of ones is stratified over the range that the model-based optimiser
/// starts from too. Fair coin flips would give half of the bits always, a much weaker opponent.
public struct RandomSearch: AskTellOptimizer, Sendable {
  private let seed: UInt64
  private var space: SearchSpace

  /// A search over `dimension` bits of which the `frozen` ones stay zero.
  public init(dimension: Int, seed: UInt64, frozen: Set<Int> = []) {
    self.seed = seed
    space = SearchSpace(dimension: dimension, frozen: frozen)
  }

  /// A random point that was neither proposed nor told; nil when there is none left.
  public mutating func ask() -> BitVector? {
    var random = RandomSource(seed: seed, stream: UInt64(space.taken.count))
    let density = Density.covering(space.taken.count)
    guard let point = space.randomUntaken(density: density, &random) else { return nil }
    space.take(point)
    return point
  }

  /// Notes that a point has been tried; its value changes nothing.
  public mutating func tell(_ point: BitVector, value: Double, noiseVariance: Double) {
    precondition(value.isFinite, "an observed value must be finite, not \(value)")
    precondition(
      noiseVariance.isFinite && noiseVariance >= 0,
      "a noise variance must be finite and not negative, not \(noiseVariance)")
    space.take(point)
  }
}
