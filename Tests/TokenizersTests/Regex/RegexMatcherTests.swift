import Testing

@testable import Tokenizers

@Suite("Regular expressions")
struct RegexMatcherTests {
  private func matches(_ expression: String, _ text: String) throws -> [String] {
    var found: [String] = []
    let matcher = RegexMatcher(try RegexProgram(expression))
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      matcher.forEachMatch(bytes, 0..<bytes.count) { start, end in
        found.append(String(decoding: bytes[start..<end], as: UTF8.self))
      }
    }
    return found
  }

  /// By Python's `regex` module, in which these mean what they mean in Oniguruma.
  @Test(
    "find what a backtracking matcher finds",
    arguments: [
      ("a|ab", "abab", ["a", "a"]), ("ab|a", "aba", ["ab", "a"]),
      ("(?:a|ab)(?:c|bcd)", "abcd", ["abcd"]), ("a*?b", "aab", ["aab"]), ("a+?", "aa", ["a", "a"]),
      ("a{2,3}", "aaaaa", ["aaa", "aa"]), (#"\s+(?!\S)|\s+"#, "   x  ", ["  ", " ", "  "]),
      ("(?i:'s|K)", "'S'ſkK\u{212A}", ["'S", "'ſ", "k", "K", "\u{212A}"]),
      (#"[^\S\n]+"#, " \t\n ", [" \t", " "]), ("a++b|a", "aac", ["a", "a"]),
      (#"\p{Lu}\p{Ll}*"#, "ÉtéÀbc", ["Été", "Àbc"]), (#"\s+$"#, "a \n b ", [" ", " "]),
      (#"\x{4e00}+|[一-三]"#, "一一三", ["一一", "三"]), ("x*", "axx", ["", "xx"]),
      ("[a-e&&[^bd]&&a-d]+", "abcde", ["a", "c"]), ("[^a-c&&b]+", "abbc", ["a", "c"]),
      (#"[a-c\-\]]+"#, "a-]d", ["a-]"]), (#"\d{1,3}(?=x)"#, "1234x", ["234"]),
      ("(?<=a)b|(?<!a)c", "abcacb", ["b", "c"]), (#"\bfoo\b"#, "foo foobar a-foo", ["foo", "foo"]),
      (#"\B."#, "ab, c", ["b", " "]), (#"^a|\Ab|a$"#, "a\na b\naa\n", ["a", "a", "a", "a"]),
      (#"(?<=\n)^\w"#, "a\nb\n", ["b"]), (#"(?<![^\s])\d+\b"#, "12 a3 45b 6", ["12", "6"]),
    ] as [(String, String, [String])])
  func backtracking(expression: String, text: String, expected: [String]) throws {
    #expect(try matches(expression, text) == expected)
  }

  @Test(
    "what is not understood is refused",
    arguments: [
      "(?<=ab)c", #"(a)\1"#, "(?=ab)c", "(?>ab)", "(ab)++", #"\p{Nosuch}"#, "a{1,5000}",
      "(", "[a", "*", #"\Gword"#, "^*", #"a\Z"#, "[[:alpha:]]", "(?i:ss)",
      String(repeating: "(", count: 1000),
    ])
  func refused(expression: String) {
    #expect(throws: RegexProblem.self) { try RegexProgram(expression) }
  }

  @Test("more alternatives than states are kept take no more memory, and change nothing")
  func manyStates() throws {
    // The lazily made machine of (a|b)*a(a|b){n} has 2ⁿ states.
    let expression = "(?:a|b)*a(?:a|b){13}"
    var text = ""
    var number: UInt32 = 1
    for _ in 0..<30_000 {
      number = number &* 1_664_525 &+ 1_013_904_223
      text += number >> 31 == 0 ? "a" : "b"
    }
    let found = try matches(expression, text)
    #expect(found.count == 1)
    let end = text.index(text.endIndex, offsetBy: -14)
    let last = text[...end].lastIndex(of: "a")
    let expected = last.map { text.distance(from: text.startIndex, to: $0) + 14 }
    #expect(found.first?.count == expected)
  }

  @Test(
    "no text is read more than a few times, whatever is looked for",
    arguments: [
      ("a+b", "a", ""), ("a*b|a", "a", ""), (#"\s+$"#, "   ", "x"), (#"[\s\S]*b|c"#, "c", ""),
      (#"\p{Lu}+\p{Ll}|\p{Lu}"#, "É", ""), (#"(?:\s+(?!\S)|\s+)x"#, " ", ""),
      ("(?:aa|a)*?b|a", "a", "c"), ("(?:ab)*c|a|b", "ab", "a"), ("x*y|", "x", "z"),
      ("(?<!x)a+b|a", "a", ""), ("^a*b|a", "a", "c"), (#"(?<=[ab])\b|(?<!x)a*c|b"#, "ab", ""),
    ])
  func adversarial(expression: String, unit: String, end: String) throws {
    let count = 20_000
    let bytes = Array((String(repeating: unit, count: count) + end).utf8)
    let matcher = RegexMatcher(try RegexProgram(expression))
    var found: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { text in
      matcher.forEachMatch(text, 0..<text.count) { found.append($0..<$1) }
    }
    #expect(matcher.steps <= 8 * bytes.count + 10_000)
    // Near the end it finds what is found in a text that is too short for the second way.
    var expected: [Range<Int>] = []
    let other = RegexMatcher(try RegexProgram(expression))
    bytes.suffix(40 * unit.utf8.count + end.utf8.count).withUnsafeBufferPointer { text in
      other.forEachMatch(text, 0..<text.count) { expected.append($0..<$1) }
    }
    let offset = bytes.count - 40 * unit.utf8.count - end.utf8.count
    #expect(
      found.filter { $0.lowerBound >= offset }
        == expected.map { $0.lowerBound + offset..<$0.upperBound + offset })
  }
}
