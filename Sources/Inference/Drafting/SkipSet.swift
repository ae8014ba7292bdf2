/// The sub-layers left out when drafting. Skipping one leaves the residual stream as it is: nothing
/// added, no key or value written.
public struct SkipSet: Hashable, Sendable {
  /// Layers whose attention block (with its norm and residual addition) is skipped; ascending.
  public let attention: [Int]
  /// Layers whose MLP block (with its norm and residual addition) is skipped; ascending.
  public let mlp: [Int]

  /// Creates a set from layer numbers (from 0) in any order; repeats count once.
  public init(attention: some Sequence<Int>, mlp: some Sequence<Int>) {
    self.attention = Set(attention).sorted()
    self.mlp = Set(mlp).sorted()
    precondition((self.attention.first ?? 0) >= 0 && (self.mlp.first ?? 0) >= 0)
  }

  /// Nothing skipped: the full model.
  public static let none = SkipSet(attention: [], mlp: [])

  /// Every sub-layer of a model with `layerCount` layers.
  public static func everything(layerCount: Int) -> SkipSet {
    SkipSet(attention: 0..<layerCount, mlp: 0..<layerCount)
  }

  /// The number of skipped sub-layers.
  public var count: Int { attention.count + mlp.count }

  /// Whether nothing is skipped.
  public var isEmpty: Bool { count == 0 }

  /// Whether every layer named exists in a model with `layerCount` layers.
  public func fits(layerCount: Int) -> Bool {
    (attention.last ?? 0) < max(layerCount, 1) && (mlp.last ?? 0) < max(layerCount, 1)
  }

  /// The set without some sub-layers.
  public func without(_ other: SkipSet) -> SkipSet {
    SkipSet(
      attention: attention.filter { !other.attention.contains($0) },
      mlp: mlp.filter { !other.mlp.contains($0) })
  }
}
