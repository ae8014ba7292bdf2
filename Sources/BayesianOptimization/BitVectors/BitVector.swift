/// A point of the search space {0, 1}^count, packed into 64-bit words.
///
/// A skip set of L layers is a vector of 2L bits, but nothing here knows that. Bits past `count` in
/// the last word are always zero, so that equality, hashing and distances can work on whole words.
public struct BitVector: Hashable, Sendable {
  /// The number of bits, d.
  public let count: Int
  /// The bits, 64 to a word, bit `i` at position `i % 64` of word `i / 64`.
  public private(set) var words: [UInt64]

  /// All bits zero.
  public init(count: Int) {
    precondition(count >= 0, "a bit vector cannot have \(count) bits")
    self.count = count
    words = [UInt64](repeating: 0, count: (count + 63) / 64)
  }

  /// Ones at `ones`, zeros elsewhere.
  public init(count: Int, ones: some Sequence<Int>) {
    self.init(count: count)
    for index in ones { self[index] = true }
  }

  /// The bits in order.
  public init(_ bits: some Collection<Bool>) {
    self.init(count: bits.count)
    for (index, bit) in bits.enumerated() where bit { self[index] = true }
  }

  /// The bit at `index`.
  public subscript(index: Int) -> Bool {
    get {
      precondition(index >= 0 && index < count, "bit \(index) of a vector of \(count)")
      return words[index >> 6] >> UInt64(index & 63) & 1 == 1
    }
    set {
      precondition(index >= 0 && index < count, "bit \(index) of a vector of \(count)")
      let mask: UInt64 = 1 << UInt64(index & 63)
      if newValue { words[index >> 6] |= mask } else { words[index >> 6] &= ~mask }
    }
  }

  /// The indices of the ones, ascending.
  public var ones: [Int] { (0..<count).filter { self[$0] } }

  /// The number of bits in which two vectors of the same length differ.
  public func hammingDistance(to other: BitVector) -> Int {
    precondition(count == other.count, "vectors of \(count) and \(other.count) bits")
    return words.indices.reduce(0) { $0 + (words[$1] ^ other.words[$1]).nonzeroBitCount }
  }

  /// Inverts the bit at `index`.
  public mutating func flip(_ index: Int) {
    precondition(index >= 0 && index < count, "bit \(index) of a vector of \(count)")
    words[index >> 6] ^= 1 << UInt64(index & 63)
  }

  /// A copy with the bits at `indices` inverted; an index given twice is inverted twice.
  public func flipping(_ indices: Int...) -> BitVector {
    var copy = self
    for index in indices { copy.flip(index) }
    return copy
  }

  /// The exclusive or of two vectors of the same length.
  public static func ^ (left: BitVector, right: BitVector) -> BitVector {
    precondition(left.count == right.count, "vectors of \(left.count) and \(right.count) bits")
    var result = left
    for index in result.words.indices { result.words[index] ^= right.words[index] }
    return result
  }
}

extension BitVector: CustomStringConvertible {
  /// The bits as a string of `0` and `1`, bit 0 first.
  public var description: String { String((0..<count).map { self[$0] ? "1" : "0" }) }
}
