import Statistics

/// The bit vectors of a given length whose frozen bits are zero, and which of them are taken.
struct SearchSpace: Sendable {
  let dimension: Int
  /// The bits that may be one, ascending.
  let free: [Int]
  /// Points told or pending. Only asked whether it contains something, never iterated: the order of
  /// a set changes from run to run.
  private(set) var taken: Set<BitVector> = []
  /// How many of them belong to the space (a told point may have frozen bits set).
  private(set) var takenInside = 0

  /// Random points drawn before the space counts as nearly full.
  private static let randomTries = 32

  init(dimension: Int, frozen: Set<Int>) {
    precondition(dimension >= 1, "a search space of \(dimension) bits")
    precondition(
      frozen.allSatisfy { $0 >= 0 && $0 < dimension }, "a frozen bit lies outside the vector")
    self.dimension = dimension
    free = (0..<dimension).filter { !frozen.contains($0) }
  }

  /// Whether no frozen bit of `point` is one.
  func contains(_ point: BitVector) -> Bool {
    var rest = point
    for bit in free { rest[bit] = false }
    return rest.words.allSatisfy { $0 == 0 }
  }

  /// `point` with its frozen bits cleared.
  func masked(_ point: BitVector) -> BitVector {
    precondition(
      point.count == dimension, "a point of \(point.count) bits in a space of \(dimension)")
    return BitVector(count: dimension, ones: free.filter { point[$0] })
  }

  mutating func take(_ point: BitVector) {
    precondition(
      point.count == dimension, "a point of \(point.count) bits in a space of \(dimension)")
    if taken.insert(point).inserted && contains(point) { takenInside += 1 }
  }

  /// Whether every point of the space is taken.
  var isExhausted: Bool { free.count < 62 && takenInside >= 1 << free.count }

  /// All free points of a small space, in the order of their bits read as a number.
  func untaken() -> [BitVector] {
    precondition(free.count < 30, "a space of 2^\(free.count) points is not for enumeration")
    return (0..<1 << free.count).map(point(number:)).filter { !taken.contains($0) }
  }

  /// A random point of about the given share of ones that is not taken; where chance finds none,
  /// the next in numerical order after a random one. Nil when all are taken.
  func randomUntaken(density: Double, _ random: inout RandomSource) -> BitVector? {
    guard !isExhausted else { return nil }
    let ones = min(free.count, max(1, Int((density * Double(free.count)).rounded())))
    for _ in 0..<Self.randomTries where !free.isEmpty {
      let point = BitVector(count: dimension, ones: random.sample(ones, of: free))
      if !taken.contains(point) { return point }
    }
    // Among takenInside + 1 different points at least one is not taken.
    let low = min(free.count, 62)
    let start = low == 0 ? 0 : random.below(1 << low)
    for step in 0...takenInside {
      let point = point(number: (start + step) & (1 << low - 1))
      if !taken.contains(point) { return point }
    }
    return nil
  }

  private func point(number: Int) -> BitVector {
    let low = free.prefix(62).enumerated().filter { number >> $0.offset & 1 == 1 }
    return BitVector(count: dimension, ones: low.map(\.element))
  }
}
