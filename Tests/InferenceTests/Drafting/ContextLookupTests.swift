import Testing

@testable import Inference

@Suite("Looking up the context")
struct ContextLookupTests {
  /// The longest earlier part that equals the end, the last one among equals, by trying them all.
  private func reference(_ tokens: [Int]) -> ContextLookup.Match? {
    for length in (1...LookupRule.longestMatch).reversed() where length < tokens.count {
      for distance in 1...tokens.count - length {
        let end = tokens.count - distance
        if tokens[(end - length)..<end].elementsEqual(tokens.suffix(length)) {
          return ContextLookup.Match(length: length, distance: distance)
        }
      }
    }
    return nil
  }

  /// What followed, read token by token from the text that grows by it.
  private func reference(_ tokens: [Int], _ match: ContextLookup.Match, count: Int) -> [Int] {
    var grown = tokens
    for _ in 0..<count { grown.append(grown[grown.count - match.distance]) }
    return Array(grown[tokens.count...])
  }

  /// A text over few symbols, made of its own parts here and there.
  private func randomText(_ random: inout TestRandom) -> [Int] {
    let symbols = Int.random(in: 1...5, using: &random)
    var tokens: [Int] = []
    while tokens.count < 60 {
      if tokens.count > 3, Int.random(in: 0..<6, using: &random) == 0 {
        let start = Int.random(in: 0..<tokens.count, using: &random)
        tokens += tokens[start...].prefix(Int.random(in: 1...25, using: &random))
      } else {
        tokens.append(Int.random(in: 0..<symbols, using: &random))
      }
    }
    return tokens
  }

  @Test("finds the longest match, the most recent among equals, and what followed it")
  func matches() {
    var random = TestRandom(51)
    var lengths: Set<Int> = []
    var overlaps = 0
    for _ in 0..<60 {
      let tokens = randomText(&random)
      var lookup = ContextLookup(tokens.prefix(0))
      for count in 0...tokens.count {
        let text = Array(tokens.prefix(count))
        let match = lookup.match
        #expect(match == reference(text))
        if let match {
          lengths.insert(match.length)
          let most = Int.random(in: 0...20, using: &random)
          if most > match.distance { overlaps += 1 }
          #expect(
            lookup.continuation(of: match, count: most) == reference(text, match, count: most))
        }
        if count < tokens.count { lookup.append(tokens[count]) }
      }
    }
    #expect(lengths == Set(1...LookupRule.longestMatch))
    #expect(overlaps > 100)
  }

  @Test("drafts as far as the rule and the room go, and nothing behind an end of text")
  func drafts() {
    let text = ContextLookup([5, 1, 2, 3, 9, 4, 7, 1, 2, 3])
    let rule = LookupRule(limits: [0, 0, 1, 4])
    #expect(text.draft(rule, upTo: 63, endOfText: []) == [9, 4, 7, 1])
    #expect(text.draft(rule, upTo: 2, endOfText: []) == [9, 4])
    #expect(text.draft(rule, upTo: 0, endOfText: []) == [])
    #expect(text.draft(rule, upTo: 63, endOfText: [4]) == [9, 4])
    #expect(text.draft(rule, upTo: 63, endOfText: [9]) == [9])
    #expect(text.draft(LookupRule(least: 4, maximum: 8), upTo: 63, endOfText: []) == [])
    // A period goes on as long as is asked.
    let period = ContextLookup([8, 6, 8, 6, 8])
    #expect(
      period.draft(LookupRule(least: 2, maximum: 7), upTo: 63, endOfText: [])
        == [6, 8, 6, 8, 6, 8, 6])
    #expect(ContextLookup([1, 2, 3]).draft(rule, upTo: 63, endOfText: []) == [])
    #expect(ContextLookup([]).match == nil)
  }

  @Test("a rule's limits are by the length of the match, the last one for all longer ones")
  func rules() {
    let rule = LookupRule(limits: [0, 0, 2, 2, 5])
    #expect((0...16).map(rule.limit(match:)) == [0, 0, 2, 2] + Array(repeating: 5, count: 13))
    #expect(rule.least == 2 && rule.maximum == 5 && !rule.continues)
    let plain = LookupRule(least: 16, maximum: 3, continues: true)
    #expect(plain.limits == Array(repeating: 0, count: 16) + [3])
    #expect(plain.least == 16 && plain.limit(match: 15) == 0 && plain.limit(match: 16) == 3)

    #expect(StopRule(maximum: 4, criterion: .fixed).longestRound == 4)
    #expect(StopRule(maximum: 4, criterion: .fixed, lookup: rule).longestRound == 5)
    #expect(StopRule(maximum: 6, criterion: .fixed, lookup: rule).longestRound == 6)
    #expect(StopRule(maximum: 6, criterion: .fixed, lookup: plain).longestRound == 9)
    #expect(StopRule.lookupAlone(rule).longestRound == 5)
  }
}
