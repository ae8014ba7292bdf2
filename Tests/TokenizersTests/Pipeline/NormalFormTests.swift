import Testing

@testable import Tokenizers

@Suite("Normal forms")
struct NormalFormTests {
  /// By PyPI's `tokenizers` 0.23.3.
  @Test(
    "are those of the reference implementation, where Foundation's are not",
    arguments: [
      (.nfc, "\u{AC00}\u{11B3}", "\u{AC0C}"), (.nfc, "\u{AC00}\u{11A7}", "\u{AC00}\u{11A7}"),
      (.nfd, "x\u{345}\u{F73}", "x\u{F71}\u{F72}\u{345}"),
      (.nfkd, "\u{1FDF}\u{5B0}", " \u{5B0}\u{314}\u{342}"),
      (.nfc, "\u{E0103}\u{301}", "\u{E0103}\u{301}"), (.nfc, "e\u{301}", "\u{E9}"),
      // Since Unicode 13, 12.1 and 14.
      (.nfc, "\u{11935}\u{11930}", "\u{11935}\u{11930}"), (.nfkc, "\u{32FF}", "\u{32FF}"),
      (.nfd, "x\u{345}\u{1715}", "x\u{345}\u{1715}"), (.nfkc, "\u{1D400}\u{FB01}", "Afi"),
    ] as [(NormalForm, String, String)])
  func reference(form: NormalForm, text: String, expected: String) {
    #expect(Array(form.apply(text).unicodeScalars) == Array(expected.unicodeScalars))
  }
}
