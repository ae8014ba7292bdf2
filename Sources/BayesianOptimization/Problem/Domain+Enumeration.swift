import Statistics

extension Domain {
  /// As many as are told apart by `point(number:)`.
  static let largestCount = 1 << 62

  /// The number of feasible points of the trees that begin with these bits; nil where it is larger
  /// than `largestCount`.
  private func count(_ roots: [Int]) -> Int? {
    var count = 1
    for root in roots {
      guard let below = self.count(children[root]) else { return nil }
      let (product, overflows) = count.multipliedReportingOverflow(by: below + 1)
      if overflows || product > Self.largestCount { return nil }
      count = product
    }
    return count
  }

  /// The number of feasible points; nil where there are too many to count.
  var count: Int? { free.count >= 62 && inner.isEmpty ? nil : count(roots) }

  /// The number of points that `point(number:)` gives: all feasible ones, or those in which only
  /// bits of the first trees are one.
  var numberedCount: Int {
    var count = 1
    for root in roots {
      guard let below = self.count(children[root]) else { return count }
      let (product, overflows) = count.multipliedReportingOverflow(by: below + 1)
      if overflows || product > Self.largestCount { return count }
      count = product
    }
    return count
  }

  /// The feasible point of a number of 0 ..< `numberedCount`: its digits say of each tree which of
  /// its points it is. Without prerequisites the digits are the free bits.
  func point(number: Int) -> BitVector {
    var (rest, ones) = (number, [Int]())
    func decode(_ roots: [Int], _ number: inout Int) {
      for root in roots where number > 0 {
        guard let below = count(children[root]) else { return }
        let digit = number % (below + 1)
        number /= below + 1
        if digit > 0 {
          ones.append(root)
          var inside = digit - 1
          decode(children[root], &inside)
        }
      }
    }
    decode(roots, &rest)
    return BitVector(count: dimension, ones: ones)
  }

  /// A random point in which about so many leaves are one, with all that they require, and of the
  /// other bits a random share.
  func random(leaves count: Int, _ random: inout RandomSource) -> BitVector {
    var point = BitVector(count: dimension, ones: random.sample(count, of: leaves))
    if inner.isEmpty { return point }
    point = masked(point)
    let rest = inner.filter { !point[$0] }
    for bit in random.sample(random.below(rest.count + 1), of: rest) { point[bit] = true }
    return masked(point)
  }
}
