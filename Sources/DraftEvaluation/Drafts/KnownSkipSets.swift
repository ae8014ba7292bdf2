import Inference

/// Skip sets worth trying before anything is known, from light to heavy. The first and the last
/// layer are kept in all of them: they are the ones that matter in every model studied.
public enum KnownSkipSets {
  /// A set with the reason to try it.
  public struct Named: Hashable, Sendable {
    /// Where it comes from; the `origin` of its trial.
    public let name: String
    /// The set.
    public let skip: SkipSet

    /// A set under a name.
    public init(name: String, skip: SkipSet) {
      self.name = name
      self.skip = skip
    }
  }

  /// Attention and MLP of every second layer but the first and the last: the baseline that a search
  /// must beat (SWIFT, Xia et al., ICLR 2025, section 3).
  public static func uniform(layerCount: Int) -> SkipSet {
    let layers = interior(layerCount).filter { $0 % 2 == 1 }
    return SkipSet(attention: layers, mlp: layers)
  }

  /// All distinct non-empty sets, uniform skipping first.
  public static func all(layerCount: Int) -> [Named] {
    let layers = interior(layerCount)
    let odd = layers.filter { $0 % 2 == 1 }
    let even = layers.filter { $0 % 2 == 0 }
    let third = layers.filter { $0 % 3 == 2 }
    let middle = layers.filter { $0 >= layerCount / 3 && $0 < layerCount - layerCount / 4 }
    let candidates = [
      Named(name: "uniform", skip: uniform(layerCount: layerCount)),
      Named(name: "every third layer", skip: SkipSet(attention: third, mlp: third)),
      Named(name: "alternating", skip: SkipSet(attention: odd, mlp: even)),
      Named(name: "middle attention", skip: SkipSet(attention: middle, mlp: [])),
      Named(
        name: "attention 1/2, MLP 2/3",
        skip: SkipSet(attention: odd, mlp: layers.filter { $0 % 3 != 1 })),
      Named(
        name: "attention 1/2, MLP 3/4",
        skip: SkipSet(attention: even, mlp: layers.filter { $0 % 4 != 0 })),
    ]
    var seen: Set<SkipSet> = [.none]
    return candidates.filter { seen.insert($0.skip).inserted }
  }

  private static func interior(_ layerCount: Int) -> [Int] {
    Array((0..<layerCount).dropFirst().dropLast())
  }
}
