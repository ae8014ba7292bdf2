extension Domain {
  /// Inverts a free bit. With a one go the ones that require it; with a zero come those that it
  /// requires: so every level of an ordered choice is one flip away from every other.
  func flip(_ bit: Int, of point: BitVector) -> Move { Move([bit] + together(bit, of: point)) }

  /// A free one and a free zero, in this order, swap their values; each brings along what its flip
  /// would. Nil where the zero requires the one.
  func exchange(_ one: Int, _ zero: Int, of point: BitVector) -> Move? {
    if ancestors[zero].contains(one) { return nil }
    return Move([one, zero] + together(one, of: point) + together(zero, of: point))
  }

  /// What changes with a bit.
  private func together(_ bit: Int, of point: BitVector) -> [Int] {
    point[bit]
      ? descendants[bit].filter { point[$0] } : ancestors[bit].filter { !point[$0] }
  }

  /// A feasible point and its neighbour that differ in whether this bit is one: all that it
  /// requires is one, and all that requires it is zero, in both.
  func ends(of bit: Int, around point: BitVector) -> (without: BitVector, with: BitVector) {
    var with = point
    with[bit] = true
    for above in ancestors[bit] { with[above] = true }
    for below in descendants[bit] { with[below] = false }
    return (with.flipping(bit), with)
  }
}
