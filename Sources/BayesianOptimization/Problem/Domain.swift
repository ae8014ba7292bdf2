/// The feasible points: no frozen bit is one, and no bit is one whose prerequisite is zero; and
/// which bits change together on the way from one to another.
///
/// Prerequisites form trees: of the levels of an ordered choice a chain, as each level is reached
/// by way of those below it (a thermometer code, in which the Hamming distance is the number of
/// levels between).
struct Domain: Sendable {
  let dimension: Int
  /// The bits that may be one, ascending; none whose prerequisite is frozen.
  let free: [Int]
  /// What must be one before a bit may be: its prerequisite, then that one's, and so on.
  let ancestors: [[Int]]
  /// What must be zero where a bit is, ascending.
  let descendants: [[Int]]
  /// The free bits that have a bit for their prerequisite, ascending.
  let children: [[Int]]
  /// The free bits that have no prerequisite, ascending.
  let roots: [Int]
  /// The free bits that are no prerequisite of a free one, ascending, and the others.
  let leaves: [Int]
  let inner: [Int]

  init(_ problem: SearchProblem) {
    self.init(
      dimension: problem.dimension, frozen: problem.frozen, prerequisites: problem.prerequisites)
  }

  init(dimension: Int, frozen: Set<Int> = [], prerequisites: [Int: Int] = [:]) {
    precondition(dimension >= 1, "a search space of \(dimension) bits")
    precondition(
      frozen.allSatisfy { $0 >= 0 && $0 < dimension }, "a frozen bit lies outside the vector")
    precondition(
      SearchProblem.isForest(prerequisites, dimension: dimension),
      "a prerequisite lies outside the vector or depends on itself")
    let bits = 0..<dimension
    let ancestors = bits.map { bit in
      Array(sequence(first: bit) { prerequisites[$0] }.dropFirst())
    }
    let free = bits.filter { bit in
      !frozen.contains(bit) && !ancestors[bit].contains(where: frozen.contains)
    }
    var (descendants, children) = ([[Int]](), [[Int]]())
    (descendants, children) = (bits.map { _ in [] }, bits.map { _ in [] })
    for bit in bits {
      for above in ancestors[bit] { descendants[above].append(bit) }
    }
    for bit in free {
      if let above = ancestors[bit].first { children[above].append(bit) }
    }
    self.dimension = dimension
    self.free = free
    self.ancestors = ancestors
    self.descendants = descendants
    self.children = children
    roots = free.filter { ancestors[$0].isEmpty }
    leaves = free.filter { children[$0].isEmpty }
    inner = free.filter { !children[$0].isEmpty }
  }

  /// Whether a point is feasible.
  func contains(_ point: BitVector) -> Bool {
    var rest = point
    for bit in free { rest[bit] = false }
    guard rest.words.allSatisfy({ $0 == 0 }) else { return false }
    // A free bit's ancestors are free too, and each is asked for its own.
    return inner.allSatisfy { bit in point[bit] || children[bit].allSatisfy { !point[$0] } }
  }

  /// The feasible point that a point stands for: frozen bits are cleared, and what the others
  /// require is set.
  func masked(_ point: BitVector) -> BitVector {
    precondition(
      point.count == dimension, "a point of \(point.count) bits in a space of \(dimension)")
    var result = BitVector(count: dimension)
    for bit in free where point[bit] {
      result[bit] = true
      for above in ancestors[bit] { result[above] = true }
    }
    return result
  }
}
