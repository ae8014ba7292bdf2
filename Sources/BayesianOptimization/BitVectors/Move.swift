/// A change of a bit vector that leads to a neighbour of it.
enum Move: Hashable, Sendable {
  /// One bit becomes the other.
  case flip(Int)
  /// A one and a zero, in this order, swap their values.
  case exchange(Int, Int)

  /// The bits that change.
  var bits: [Int] {
    switch self {
    case .flip(let bit): [bit]
    case .exchange(let one, let zero): [one, zero]
    }
  }

  /// The neighbour of `point` that the move leads to.
  func apply(to point: BitVector) -> BitVector {
    switch self {
    case .flip(let bit): point.flipping(bit)
    case .exchange(let one, let zero): point.flipping(one, zero)
    }
  }
}

extension Move: Comparable {
  /// By the first bit that changes, then by the second: an order that decides between equals.
  static func < (left: Move, right: Move) -> Bool { left.order < right.order }

  private var order: (Int, Int) {
    switch self {
    case .flip(let bit): (bit, bit)
    case .exchange(let one, let zero): (one, zero)
    }
  }
}
