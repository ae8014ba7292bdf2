/// The part of a population that a value was measured on: blocks of equal size, by number.
///
/// Values measured on the same places err alike, whatever was measured there (common random numbers): a
/// prompt that is hard to draft for one skip set is hard for another. What a process knows of this lets
/// it take the luck of the places out of its values.
public struct SharedSample: Hashable, Sendable {
  /// The blocks' numbers, ascending, none twice.
  public let blocks: [Int]

  /// The numbers that a block read from a file may have.
  public static let numbers = 0...1 << 40

  /// Blocks in any order; a block given twice counts once.
  ///
  /// - Precondition: there is at least one.
  public init(_ blocks: some Sequence<Int>) {
    self.blocks = Set(blocks).sorted()
    precondition(!self.blocks.isEmpty, "a sample has at least one block")
  }

  /// The correlation of the means over two samples of effects that are independent from block to block:
  /// |I ∩ J|/√(|I|·|J|), in 0…1.
  public func correlation(with other: SharedSample) -> Double {
    var (own, theirs, common) = (0, 0, 0)
    while own < blocks.count, theirs < other.blocks.count {
      let (a, b) = (blocks[own], other.blocks[theirs])
      if a == b { common += 1 }
      if a <= b { own += 1 }
      if b <= a { theirs += 1 }
    }
    return Double(common) / (Double(blocks.count) * Double(other.blocks.count)).squareRoot()
  }
}
