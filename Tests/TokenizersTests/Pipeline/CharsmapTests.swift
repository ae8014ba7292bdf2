import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite("Compiled rules of normalization")
struct CharsmapTests {
  /// By SentencePiece 0.2.3, see `SMALL_CHARSMAP` in Experiments/tokenizers/families.py.
  private static let base64 = """
    AAQAAAAsAAAKDQAAAQAAgAAAAIDMAAIAgQkAAA0VAAAUAACAgS0AAIQMAgCAgAMA4QwCAKEJAACFgAIACgAAgIBIAg\
    CNTQAAoA0AAAMAAICwGAIAgQUAABAAAICBBQAADQAAgKEFAAAIAACAn2ACAJkUAgCCBQAABQAAgJG8AgAeAAAArNwC\
    ACAAAAAjAAAAIgAAACUAAAAkAAAAJwAAACYAAAApAAAAKAAAACsAAAAqAAAALQAAACwAAAAvAAAALgAAALwkAgAwAA\
    AAMwAAADIAAAA1AAAANAAAADcAAAA2AAAAOQAAADgAAAA7AAAAOgAAAD0AAAA8AAAAPwAAAD4AAABBAAAAQAAAAEMA\
    AABCAAAARQAAAEQAAABHAAAARgAAAEkAAABIAAAASwAAAEoAAABNAAAATAAAAE8AAABOAAAAUQAAAFAAAABTAAAAUg\
    AAAFUAAABUAAAAVwAAAFYAAABZAAAAWAAAAFsAAABaAAAAXQAAAFwAAABfAAAAXgAAAGEAAABgAAAAYwAAAGIAAABl\
    AAAAZAAAAGcAAABmAAAAaQAAAGgAAABrAAAAagAAAG0AAABsAAAAZZgCAG4AAABxAAAAcAAAAHMAAAByAAAAdQAAAH\
    QAAAB3AAAAdgAAAHkAAAB4AAAAewAAAHoAAAB9AAAAfAAAAH8AAAB+AAAAgQAAAIAAAACDAAAAggAAAIUAAACEAAAA\
    hwAAAIYAAACJAAAAiAAAAIsAAACKAAAAjQAAAIwAAACPAAAAjgAAAJEAAACQAAAAkwAAAJIAAACVAAAAlAAAAJcAAA\
    CWAAAAmQAAAJgAAACbAAAAmgAAAJ0AAACcAAAAnwAAAJ4AAAChAAAAoAAAAKMAAACiAAAApQAAAKQAAACnAAAApgAA\
    AKkAAACoAAAAqwAAAKoAAACtAAAArAAAAK8AAACuAAAAsQAAALAAAACzAAAAsgAAALUAAAC0AAAAtwAAALYAAAC5AA\
    AAuAAAALsAAAC6AAAAvQAAALwAAAC/AAAAvgAAAMEAAADAAAAAwwAAAMIAAADFAAAAxAAAAMcAAADMOAEAyQAAAMgA\
    AADLAAAAygAAAM0AAADMAAAAzwAAAM4AAADRAAAA0AAAANMAAADSAAAA1QAAANQAAADXAAAA1gAAANkAAADYAAAA2w\
    AAANoAAADdAAAA3AAAAN8AAADeAAAA4QAAAOoIAQDjAAAA4gAAAO+gAQDkAAAA5wAAAOYAAADpAAAA4pgBAOGcAQDq\
    AAAA7QAAAOwAAADvAAAA7gAAAPEAAADwAAAA8wAAAPIAAAD1AAAA9AAAAPcAAAD2AAAA+QAAAPgAAAD7AAAA8PgBAP\
    0AAAD8AAAA/wAAAP4AAAAAIAAxADopAEEAR0EAZmkAZ2FnAMOpAA==
    """

  /// By PyPI's `tokenizers` 0.23.3.
  @Test(
    "apply to small graphemes as a whole, and to larger ones scalar by scalar",
    arguments: [
      ("xe\u{301}\u{323}", "x\u{E9}"), ("a\r\nb\rc\n", "abc "),
      ("\u{1100}\u{1161}\u{11AB}\u{AC01}", "\u{1100}\u{1161}\u{11AB}gag"),
      ("🙂🏽👍🏽\u{200D}", ":)🏽👍🏽"), ("\u{301}\u{301}\u{FB01}", "fi"), ("", ""),
    ])
  func reference(text: String, expected: String) throws {
    let charsmap = try Charsmap(JSONField(.string(Self.base64), file: "tokenizer.json"))
    #expect(charsmap.apply(text.byteString) == expected.byteString)
  }

  @Test("damaged ones are refused or read, never a trap")
  func damaged() throws {
    var random = SplitMix64(seed: 6)
    let text = Array(Self.base64.utf8)
    let letters = Array("ABCDabcd0189+/".utf8)
    for _ in 0..<400 {
      var damaged = text
      for _ in 0...Int.random(in: 0...6, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] =
          letters.randomElement(using: &random) ?? 65
      }
      damaged.removeLast(4 * Int.random(in: 0...3, using: &random))
      let field = JSONField(.string(String(decoding: damaged, as: UTF8.self)), file: "x")
      _ = (try? Charsmap(field))?.apply("Ａﬁe\u{301}\r\n①각🙂\u{0}b".byteString)
    }
    for text in ["", "!", "AAAA", "/////w=="] {
      #expect(throws: InputError.self) { try Charsmap(JSONField(.string(text), file: "x")) }
    }
  }
}
