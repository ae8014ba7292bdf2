/// The tokens whose logits a draft step computes; all others are never drafted.
///
/// Which tokens are worth it: FR-Spec (Zhao et al. 2025, arXiv:2502.14856) counts them in a large
/// text, VocabTrim (Goel et al. 2025, arXiv:2506.22694) in the model's own output.
public struct DraftVocabulary: Hashable, Sendable {
  /// Equal for equal tokens, and hardly ever for others: the first property, because that is
  /// compared first.
  private let fingerprint: Int
  /// Token ids, ascending, none twice; at least one.
  public let ids: [UInt32]

  /// A vocabulary of the given tokens in any order, at least one; repeats count once.
  public init(_ ids: some Sequence<UInt32>) {
    self.ids = Set(ids).sorted()
    precondition(!self.ids.isEmpty, "a draft vocabulary has a token at least")
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for id in self.ids { hash = (hash ^ UInt64(id)) &* 0x100_0000_01b3 }
    fingerprint = Int(truncatingIfNeeded: hash)
  }

  /// The number of tokens.
  public var count: Int { ids.count }

  /// Hashes the fingerprint alone: draft models are looked up by the thousand.
  public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

  /// Where a token stands among `ids`; nil where it does not.
  public func index(of token: Int) -> Int? {
    var low = 0
    var high = ids.count
    while low < high {
      let middle = (low + high) / 2
      if Int(ids[middle]) < token { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && Int(ids[low]) == token ? low : nil
  }
}

extension DraftVocabulary: CustomStringConvertible {
  /// Its size and fingerprint.
  public var description: String { "\(count):\(fingerprint)" }
}
