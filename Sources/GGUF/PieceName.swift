import Foundation

/// The name of one of several files that a model is in: `model-00002-of-00005.gguf`, as
/// `llama-gguf-split` writes it.
public struct PieceName: Sendable, Hashable {
  /// What comes before the numbers: the directory too where the name has one.
  public let stem: String
  /// Which piece it is, from 1 on.
  public let number: Int
  /// Of how many.
  public let count: Int

  private static let suffix = ".gguf"
  private static let separator = "-of-"

  init(stem: String, number: Int, count: Int) {
    self.stem = stem
    self.number = number
    self.count = count
  }

  /// What a file's name says; nil where it is no piece's.
  public init?(_ name: String) {
    guard name.hasSuffix(Self.suffix) else { return nil }
    let bare = name.dropLast(Self.suffix.count)
    guard let separator = bare.range(of: Self.separator, options: .backwards),
      let dash = bare[..<separator.lowerBound].lastIndex(of: "-")
    else { return nil }
    let first = bare[bare.index(after: dash)..<separator.lowerBound]
    let second = bare[separator.upperBound...]
    guard
      [first, second].allSatisfy({ $0.count == 5 && $0.allSatisfy { ("0"..."9").contains($0) } }),
      let number = Int(first), let count = Int(second), number >= 1, number <= count
    else { return nil }
    self.init(stem: String(bare[..<dash]), number: number, count: count)
  }

  /// The file's name.
  public var name: String { sibling(number) }

  /// The name of another piece of the same model.
  public func sibling(_ number: Int) -> String {
    func digits(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
    return "\(stem)-\(digits(number))\(Self.separator)\(digits(count))\(Self.suffix)"
  }
}
