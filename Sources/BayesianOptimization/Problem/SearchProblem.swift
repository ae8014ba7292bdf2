/// What an optimiser is told of its problem before the first evaluation. All of it but the number
/// of bits is optional.
public struct SearchProblem: Sendable {
  /// The number of bits, at least 1.
  public let dimension: Int
  /// Bits that stay zero.
  public var frozen: Set<Int> = []
  /// Points to propose first, in this order; frozen bits in them are cleared.
  public var initialDesign: [BitVector] = []
  /// Where the bits lie, one position per bit.
  public var positions: [BitPosition]?
  /// A screen: how much harm setting each bit alone is believed to do, one number ≥ 0 per bit in
  /// any unit. A wrong one costs little: it enters as a prior with a scale that the data decide.
  public var importance: [Double]?
  /// The known part of the objective. Then the values told are latents, and those reported
  /// objectives; without one, both are the same thing.
  public var composition: Composition?
  /// Latents known exactly and for free (a draft model that skips nothing accepts everything).
  public var certainties: [Certainty] = []

  /// A point whose latent is known without measuring.
  public struct Certainty: Sendable {
    /// Of as many bits as the problem.
    public let point: BitVector
    /// Its noiseless latent, in the unit of the values told.
    public let latent: Double

    /// States that the latent at `point` is `latent`.
    public init(point: BitVector, latent: Double) {
      self.point = point
      self.latent = latent
    }
  }

  /// A problem of which nothing is known but the number of bits.
  public init(dimension: Int) {
    precondition(dimension >= 1, "a search space of \(dimension) bits")
    self.dimension = dimension
  }

  /// Stops on a part whose length does not match: a programmer's error.
  func check() {
    precondition(positions.map { $0.count == dimension } ?? true, "one position per bit")
    precondition(
      importance.map { $0.count == dimension && $0.allSatisfy { $0 >= 0 && $0.isFinite } } ?? true,
      "one importance per bit, finite and not negative")
    precondition(composition.map { $0.costs.count == dimension } ?? true, "one cost per bit")
    precondition(
      certainties.allSatisfy { $0.point.count == dimension && $0.latent.isFinite },
      "certain points have as many bits, and finite latents")
  }
}
