/// A prompt with the full model's greedy continuation.
///
/// Greedy speculation emits what plain decoding emits, whatever is drafted, so this is the text
/// that every draft runs along.
public struct GreedyText: Hashable, Sendable {
  /// The prompt's tokens, at least one.
  public let prompt: [Int]
  /// The greedy continuation, at least one token.
  public let ids: [Int]
  /// Why the continuation ended.
  public let finish: Generation.Finish
  /// The most tokens that it might have had.
  public let maximumTokens: Int
  /// The most positions that prompt and continuation may take.
  public let capacity: Int
  /// The tokens that end a text.
  public let endOfText: Set<Int>
  /// What the context drafts at each of `positions`.
  public let lookups: [LookupRecord]

  /// A text that was decoded.
  ///
  /// - Precondition: there are ids.
  public init(
    prompt: [Int], ids: [Int], finish: Generation.Finish, maximumTokens: Int, capacity: Int,
    endOfText: Set<Int>
  ) {
    precondition(!ids.isEmpty)
    self.prompt = prompt
    self.ids = ids
    self.finish = finish
    self.maximumTokens = maximumTokens
    self.capacity = capacity
    self.endOfText = endOfText
    var text = ContextLookup(prompt)
    lookups = ids.indices.dropLast().map { index in
      text.append(ids[index])
      let limit = Generator.draftLimit(
        remaining: maximumTokens - index - 1, room: capacity - prompt.count - index)
      return LookupRecord(
        of: text, before: ids[(index + 1)...], upTo: limit, endOfText: endOfText)
    }
  }

  /// The emitted tokens after which a round may start: all but the last.
  public var positions: Range<Int> { 0..<ids.count - 1 }

  /// Where in the KV cache a round begins whose last verified token is `ids[position]`.
  func cachePosition(of position: Int) -> Int { prompt.count + position }

  /// The most tokens that decoding would draft in a round after `ids[position]`, whatever the rule.
  public func draftLimit(at position: Int) -> Int {
    Generator.draftLimit(
      remaining: maximumTokens - position - 1, room: capacity - cachePosition(of: position))
  }
}
