/// A change of a bit vector that leads to a neighbour of it: a flip or an exchange (`Domain`).
struct Move: Hashable, Sendable {
  /// The bits that change: those that the move is made for first, then what goes with them.
  let bits: [Int]

  init(_ bits: [Int]) { self.bits = bits }

  /// The neighbour of `point` that the move leads to.
  func apply(to point: BitVector) -> BitVector {
    var copy = point
    for bit in bits { copy.flip(bit) }
    return copy
  }
}

extension Move: Comparable {
  /// By the first bit that changes, then by the second: an order that decides between equals.
  static func < (left: Move, right: Move) -> Bool {
    left.bits.lexicographicallyPrecedes(right.bits)
  }
}
