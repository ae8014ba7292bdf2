import Files
import Testing

@testable import Tokenizers

@Suite("Decoders")
struct DecoderTests {
  private static func sequence(_ parts: JSON...) -> JSON {
    ["type": "Sequence", "decoders": .array(parts)]
  }

  private static func replace(_ pattern: JSON, _ content: JSON, kind: String = "Regex") -> JSON {
    ["type": "Replace", "pattern": .object([JSON.Member(kind, pattern)]), "content": content]
  }

  private static func strip(_ content: JSON, _ start: JSON) -> JSON {
    ["type": "Strip", "content": content, "start": start, "stop": 0]
  }

  private static let fallback: JSON = ["type": "ByteFallback"]
  private static let fuse: JSON = ["type": "Fuse"]

  /// By PyPI's `tokenizers` 0.23.3.
  @Test(
    "do with a stream of tokens what the reference implementation does with all of them",
    arguments: [
      (["type": "Metaspace"], ["▁▁a▁", "▁b▁▁c"], "a b  c"),
      (
        sequence(fallback, replace("▁", " ", kind: "String")), ["a", "<0xE2>", "<0x96>", "<0x81>"],
        "a "
      ),
      (
        sequence(fallback, ["type": "Metaspace"]), ["<0xE2>", "<0x96>", "<0x81>", "▁a"], " a"
      ),
      // llm-jp's, and those of its earlier version.
      (
        sequence(fallback, replace("▁", " "), fuse, replace(#"(?<!\n)^ "#, "")),
        ["▁", "▁a", "<0xE3>", "<0x81>", "<0x82>", "▁▁\n", "▁b"], " aあ  \n b"
      ),
      (
        sequence(fallback, replace("▁", " "), fuse, replace(#"(?<!\n)^ "#, "")), ["\n▁a"], "\n a"
      ),
      (
        sequence(replace("▁", " "), fuse, replace(#"\n"#, "\n "), replace("^ ", "")),
        ["▁a", "\n", "▁", "▁b\n▁▁c", "\n"], "a\n  b\n  c\n"
      ),
      (sequence(fuse, strip("a", 1), strip("b", 2)), ["ab", "bbc"], "bc"),
      (
        sequence(["type": "ByteLevel"], replace("é", "e"), strip("x", 2)), ["x", "Ã", "©Ãx"],
        "e\u{FFFD}x"
      ),
      (
        sequence(strip("▁", 1), replace("ab", "c", kind: "String"), fuse),
        ["▁▁a", "ab", "b", "▁"], "▁acb"
      ),
    ] as [(JSON, [String], String)])
  func reference(decoder: JSON, tokens: [String], expected: String) throws {
    var state = DecodingState(try Decoder(JSONField(decoder, file: "tokenizer.json")))
    let text = tokens.map { state.append($0.byteString) }.joined() + state.finish()
    #expect(Array(text.unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(
    "what cannot be streamed, or is not known, is refused by name",
    arguments: [
      (["type": "CTC"], "type"), (["type": "BPEDecoder"], "type"), (["type": "WordPiece"], "type"),
      (sequence(fuse, replace("ab", "c", kind: "String")), "decoders[1].pattern.String"),
      (sequence(fuse, replace("a|b", "c")), "decoders[1].pattern.Regex"),
      (sequence(replace("^ ", "")), "decoders[0].pattern.Regex"),
      (sequence(fuse, fallback), "decoders[1].type"),
      (sequence(["type": "ByteLevel"], ["type": "Metaspace"]), "decoders[1].type"),
      (sequence(fallback, fallback), "decoders[1]"),
    ] as [(JSON, String)])
  func refused(decoder: JSON, field: String) {
    #expect {
      _ = try Decoder(JSONField(decoder, file: "tokenizer.json"))
    } throws: { ($0 as? InputError)?.field == field }
  }
}
