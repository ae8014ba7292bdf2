extension BitVector {
  /// Σ values over the ones.
  func sum(_ values: [Double]) -> Double { Self.sum(values, words.count) { words[$0] } }

  /// Σ values over the bits in which two vectors differ: a weighted Hamming distance.
  func sum(_ values: [Double], differingFrom other: BitVector) -> Double {
    Self.sum(values, words.count) { words[$0] ^ other.words[$0] }
  }

  private static func sum(_ values: [Double], _ count: Int, _ word: (Int) -> UInt64) -> Double {
    var sum = 0.0
    for index in 0..<count {
      var rest = word(index)
      while rest != 0 {
        sum += values[(index << 6) + rest.trailingZeroBitCount]
        rest &= rest - 1
      }
    }
    return sum
  }
}
