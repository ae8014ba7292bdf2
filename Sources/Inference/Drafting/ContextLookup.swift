/// A text that knows where its end occurred before.
struct ContextLookup {
  private var tokens: [Int] = []
  /// Where each token stands, ascending.
  private var positions: [Int: [Int]] = [:]

  /// A part of the text that equals its end.
  struct Match: Hashable {
    /// How many tokens are equal, `LookupRule.longestMatch` at most.
    let length: Int
    /// How far before the end of the text it ends.
    let distance: Int
  }

  /// A text so far.
  init(_ tokens: some Sequence<Int>) {
    for token in tokens { append(token) }
  }

  /// Adds a token.
  mutating func append(_ token: Int) {
    positions[token, default: []].append(tokens.count)
    tokens.append(token)
  }

  /// The longest earlier part of the text that equals its end, the last one among equals; nil where
  /// not even the last token occurred before.
  var match: Match? {
    guard let last = tokens.last, let candidates = positions[last] else { return nil }
    let end = tokens.count - 1
    var best: Match?
    for candidate in candidates.dropLast().reversed() {
      let most = min(candidate + 1, LookupRule.longestMatch)
      var length = 1
      while length < most, tokens[candidate - length] == tokens[end - length] { length += 1 }
      if length > best?.length ?? 0 {
        best = Match(length: length, distance: end - candidate)
        if length == LookupRule.longestMatch { break }
      }
    }
    return best
  }

  /// The first `count` tokens that followed a match. A match that overlaps the end of the text goes
  /// on with what has been drafted: a period that is repeated.
  func continuation(of match: Match, count: Int) -> [Int] {
    (0..<count).map { tokens[tokens.count - match.distance + $0 % match.distance] }
  }

  /// What a rule drafts here: `most` tokens at most, and nothing after an end of text.
  func draft(_ rule: LookupRule, upTo most: Int, endOfText: Set<Int>) -> [Int] {
    guard let match else { return [] }
    let drafts = continuation(of: match, count: min(most, rule.limit(match: match.length)))
    guard let end = drafts.firstIndex(where: endOfText.contains) else { return drafts }
    return Array(drafts[...end])
  }
}
