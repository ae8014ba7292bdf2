import Testing

@testable import Files

@Suite("Text in one line")
struct OneLineTests {
  @Test("line breaks and control characters of others become single spaces")
  func controls() {
    #expect(onOneLine("out of\r\n  memory\n\tat layer 3\n") == "out of memory at layer 3")
    #expect(onOneLine("\u{1B}[31mred\u{7}\u{2028}ü") == "[31mred ü")
    #expect(onOneLine("") == "" && onOneLine("plain words") == "plain words")
  }

  @Test("what is too long is cut off")
  func long() {
    #expect(onOneLine("abcdef", limit: 4) == "abcd…" && onOneLine("abcd", limit: 4) == "abcd")
  }
}
