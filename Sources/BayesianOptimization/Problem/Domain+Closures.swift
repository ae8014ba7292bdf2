import Statistics

extension Domain {
  /// Bits that become one together, and what that does.
  struct Block {
    var bits: [Int]
    var harm: Double
    var saving: Double

    var ratio: Double { harm / max(saving, 1e-300) }
  }

  /// The free bits in the order in which a growing price of the saving sets them, in blocks: none
  /// before its prerequisite, and with one that is not worth its saving the one beyond it that is.
  ///
  /// Horn's merging of blocks in trees (*Single-machine job sequencing with treelike precedence
  /// ordering and linear delay penalties*, SIAM Journal on Applied Mathematics 1972). Without
  /// prerequisites the bits by harm per saving.
  func blocks(harms: [Double], savings: [Double]) -> [Block] {
    func blocks(from root: Int) -> [Block] {
      var own = Block(bits: [root], harm: harms[root], saving: savings[root])
      if children[root].isEmpty { return [own] }
      var rest = children[root].flatMap(blocks(from:)).stableSorted { $0.ratio < $1.ratio }
      while let next = rest.first, next.ratio < own.ratio {
        own.bits += next.bits
        own.harm += next.harm
        own.saving += next.saving
        rest.removeFirst()
      }
      return [own] + rest
    }
    return roots.flatMap(blocks(from:)).stableSorted { $0.ratio < $1.ratio }
  }

  /// The feasible point with the largest sum of values over its ones.
  func largest(_ values: [Double]) -> BitVector {
    func best(from root: Int) -> (value: Double, ones: [Int]) {
      var (value, ones) = (values[root], [root])
      for child in children[root] {
        let below = best(from: child)
        if below.value > 0 {
          value += below.value
          ones += below.ones
        }
      }
      return (value, ones)
    }
    let ones = roots.map(best(from:)).filter { $0.value > 0 }.flatMap(\.ones)
    return BitVector(count: dimension, ones: ones)
  }
}
