/// The tokens whose logits a draft step computes; all others are never drafted.
///
/// Which tokens are worth it: FR-Spec (Zhao et al. 2025, arXiv:2502.14856) counts them in a large
/// text, VocabTrim (Goel et al. 2025, arXiv:2506.22694) in the model's own output.
public struct DraftVocabulary: Hashable, Sendable {
  /// Token ids, ascending, none twice; empty where they are not at hand, see `init(count:…)`.
  public let ids: [UInt32]
  /// The number of tokens, at least one.
  public let count: Int
  /// Equal for equal tokens, and hardly ever for others: what vocabularies are compared by.
  public let fingerprint: UInt64

  /// A vocabulary of the given tokens in any order, at least one; repeats count once.
  public init(_ ids: some Sequence<UInt32>) {
    self.ids = Set(ids).sorted()
    precondition(!self.ids.isEmpty, "a draft vocabulary has a token at least")
    count = self.ids.count
    // FNV-1a over the ids.
    fingerprint = self.ids.reduce(0xcbf2_9ce4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
  }

  /// A vocabulary by its name alone, as the trials of a journal have it: equal to the one whose
  /// tokens it stands for, but not to be drafted with.
  public init(count: Int, fingerprint: UInt64) {
    precondition(count >= 1)
    ids = []
    self.count = count
    self.fingerprint = fingerprint
  }

  /// Whether the tokens are at hand.
  public var isComplete: Bool { ids.count == count }

  /// By size and fingerprint.
  public static func == (left: DraftVocabulary, right: DraftVocabulary) -> Bool {
    left.count == right.count && left.fingerprint == right.fingerprint
  }

  /// By the fingerprint alone.
  public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

extension DraftVocabulary: CustomStringConvertible {
  /// Its size and fingerprint.
  public var description: String { "\(count):\(fingerprint)" }
}
