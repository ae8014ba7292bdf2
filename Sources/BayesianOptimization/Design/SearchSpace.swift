import Statistics

/// The feasible points, and which of them are taken.
struct SearchSpace: Sendable {
  let domain: Domain
  /// Points told or pending. Only asked whether it contains something, never iterated: the order of
  /// a set changes from run to run.
  private(set) var taken: Set<BitVector> = []
  /// How many of them are feasible (a told point need not be).
  private(set) var takenInside = 0

  /// Random points drawn before the space counts as nearly full.
  private static let randomTries = 32

  init(_ domain: Domain) { self.domain = domain }

  /// The bits that may be one, ascending.
  var free: [Int] { domain.free }

  /// Whether a point is feasible.
  func contains(_ point: BitVector) -> Bool { domain.contains(point) }

  /// The feasible point that a point stands for.
  func masked(_ point: BitVector) -> BitVector { domain.masked(point) }

  mutating func take(_ point: BitVector) {
    precondition(
      point.count == domain.dimension,
      "a point of \(point.count) bits in a space of \(domain.dimension)")
    if taken.insert(point).inserted && contains(point) { takenInside += 1 }
  }

  /// Whether every feasible point is taken.
  var isExhausted: Bool { domain.count.map { takenInside >= $0 } ?? false }

  /// All free points of a small space, in the order of their numbers.
  func untaken() -> [BitVector] {
    let count = domain.numberedCount
    precondition(count < 1 << 30, "a space of \(count) points is not for enumeration")
    return (0..<count).map(domain.point(number:)).filter { !taken.contains($0) }
  }

  /// A random point with about the given share of ones (of leaves, where bits require others) that
  /// is not taken; where chance finds none, the next in numerical order after a random one. Nil
  /// when all are taken.
  func randomUntaken(density: Double, _ random: inout RandomSource) -> BitVector? {
    guard !isExhausted else { return nil }
    let leaves = domain.leaves.count
    let ones = min(leaves, max(1, Int((density * Double(leaves)).rounded())))
    for _ in 0..<Self.randomTries where leaves > 0 {
      let point = domain.random(leaves: ones, &random)
      if !taken.contains(point) { return point }
    }
    // Among takenInside + 1 different points at least one is not taken.
    let count = domain.numberedCount
    let start = count == 1 ? 0 : random.below(count)
    for step in 0...takenInside {
      let point = domain.point(number: (start + step) % count)
      if !taken.contains(point) { return point }
    }
    return nil
  }
}
