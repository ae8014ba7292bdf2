/// The part of a population that a value was measured on: chunks of equal size, by number.
///
/// Values measured on the same chunks err alike, whatever was measured there (common random
/// numbers): a text that is hard to draft for one skip set is hard for another. What a process
/// knows of this lets it take the chunks' common effect out of its values.
public struct SharedChunks: Hashable, Sendable {
  /// Ascending, none twice.
  public let numbers: [Int]

  /// The numbers that a chunk read from a file may have.
  public static let range = 0...1 << 40

  /// Chunks in any order; one given twice counts once.
  ///
  /// - Precondition: there is at least one.
  public init(_ numbers: some Sequence<Int>) {
    self.numbers = Set(numbers).sorted()
    precondition(!self.numbers.isEmpty, "a value is measured on one chunk at least")
  }

  /// The correlation of the means over two sets of chunks of effects that are independent from
  /// chunk to chunk: |I ∩ J|/√(|I|·|J|), in 0…1.
  public func correlation(with other: SharedChunks) -> Double {
    var (own, theirs, common) = (0, 0, 0)
    while own < numbers.count, theirs < other.numbers.count {
      let (a, b) = (numbers[own], other.numbers[theirs])
      if a == b { common += 1 }
      if a <= b { own += 1 }
      if b <= a { theirs += 1 }
    }
    return Double(common) / (Double(numbers.count) * Double(other.numbers.count)).squareRoot()
  }
}
