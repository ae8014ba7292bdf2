/// What the context drafts after one verified token: enough to know what real decoding would look up
/// there under any rule.
public struct LookupRecord: Hashable, Sendable {
  /// Tokens of the match, `LookupRule.longestMatch` at most; 0 for no match.
  public let length: Int
  /// What followed it, as far as decoding would draft here under any rule; none where there is no
  /// match.
  public let tokens: [Int]
  /// Of `tokens`, those that agree with the full model's continuation, up to the first that does
  /// not.
  public let matched: Int
  /// Whether the last of `tokens` is an end of text.
  let endsText: Bool

  /// Nothing is found.
  public static let none = LookupRecord(length: 0, tokens: [], matched: 0, endsText: false)

  init(length: Int, tokens: [Int], matched: Int, endsText: Bool) {
    self.length = length
    self.tokens = tokens
    self.matched = matched
    self.endsText = endsText
  }

  /// A record made elsewhere: `count` tokens follow a match, `matched` of which agree.
  public init(length: Int, count: Int, matched: Int) {
    precondition(length >= 0 && matched <= count && (length > 0 || count == 0))
    self.init(
      length: length, tokens: [Int](repeating: 0, count: count), matched: matched,
      endsText: false)
  }

  /// The end of a text's part, and what the text goes on with.
  ///
  /// - Parameter limit: the most tokens that decoding would draft here.
  init(
    of text: ContextLookup, before continuation: ArraySlice<Int>, upTo limit: Int,
    endOfText: Set<Int>
  ) {
    guard let match = text.match else {
      self = .none
      return
    }
    var tokens = text.continuation(of: match, count: limit)
    let end = tokens.firstIndex(where: endOfText.contains)
    if let end { tokens.removeSubrange((end + 1)...) }
    self.init(
      length: match.length, tokens: tokens,
      matched: zip(tokens, continuation).prefix { $0 == $1 }.count, endsText: end != nil)
  }

  /// The tokens that a rule drafts, `most` at most.
  public func draftCount(_ rule: LookupRule, upTo most: Int) -> Int {
    length == 0 ? 0 : min(most, rule.limit(match: length), tokens.count)
  }

  /// Whether the first `count` tokens end the text.
  public func endsText(after count: Int) -> Bool { endsText && count == tokens.count && count > 0 }
}
