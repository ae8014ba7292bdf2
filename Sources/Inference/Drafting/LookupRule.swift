/// When a round drafts from the context without the model, and how far (prompt lookup decoding,
/// Saxena 2023; n-gram speculation in llama.cpp and vLLM).
///
/// The last tokens of the context are compared with all that came before them. What followed the
/// longest match, the most recent one among equals, is drafted: the longer the match, the further it
/// may be followed.
public struct LookupRule: Hashable, Sendable {
  /// [L]: the most tokens that are drafted after a match of L tokens, the last element for all
  /// longer ones; 0 where such a match is not worth following. Never decreasing.
  public let limits: [Int]
  /// Whether the model drafts on behind what was looked up; if not, it drafts in the other rounds
  /// alone.
  public let continues: Bool

  /// The longest match that is told from longer ones.
  public static let longestMatch = 16

  /// - Precondition: limits are not negative, do not decrease, and the last is positive; there are
  ///   at most `longestMatch` + 1, and the first, of no match, is 0.
  public init(limits: [Int], continues: Bool = false) {
    precondition(
      limits.first == 0 && limits.count <= Self.longestMatch + 1 && (limits.last ?? 0) > 0
        && zip(limits, limits.dropFirst()).allSatisfy { $0 <= $1 })
    self.limits = limits
    self.continues = continues
  }

  /// Every match of at least `least` tokens is followed for `maximum` tokens.
  public init(least: Int, maximum: Int, continues: Bool = false) {
    precondition((1...Self.longestMatch).contains(least) && maximum >= 1)
    self.init(
      limits: [Int](repeating: 0, count: least) + [maximum], continues: continues)
  }

  /// The fewest tokens of a match that is followed.
  public var least: Int { limits.firstIndex { $0 > 0 } ?? limits.count }

  /// The most tokens that a round looks up.
  public var maximum: Int { limits.last ?? 0 }

  /// The most tokens to draft after a match of so many.
  func limit(match length: Int) -> Int { limits[min(length, limits.count - 1)] }
}
