/// What an optimiser is told of its problem before the first evaluation. All of it but the number
/// of bits is optional.
public struct SearchProblem: Sendable {
  /// The number of bits, at least 1.
  public let dimension: Int
  /// Bits that stay zero, and with them all that require them.
  public var frozen: Set<Int> = []
  /// The bit that must be one before a bit may be one, for each that requires one. Levels of an
  /// ordered choice are a chain, a bit a level: 4-bit weights, and no weights at all, which
  /// requires them. Several bits may require the same one, but none itself by any steps.
  public var prerequisites: [Int: Int] = [:]
  /// Points to propose first, in this order; frozen bits in them are cleared, and what the others
  /// require is set.
  public var initialDesign: [BitVector] = []
  /// Where the bits lie, one position per bit; nil for one that has nothing in common with others.
  public var positions: [BitPosition?]?
  /// A screen: how much harm setting each bit alone is believed to do, one number ≥ 0 per bit in
  /// any unit; of a bit that requires others, how much it does besides what those do. A wrong one
  /// costs little: it enters as a prior with a scale that the data decide.
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

  /// Whether every bit and its prerequisite are among so many bits, and no bit requires itself by
  /// any number of steps.
  public static func isForest(_ prerequisites: [Int: Int], dimension: Int) -> Bool {
    let bits = 0..<dimension
    guard prerequisites.allSatisfy({ bits.contains($0) && bits.contains($1) }) else { return false }
    return prerequisites.keys.allSatisfy { bit in
      sequence(first: bit) { prerequisites[$0] }.dropFirst(dimension).first { _ in true } == nil
    }
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
