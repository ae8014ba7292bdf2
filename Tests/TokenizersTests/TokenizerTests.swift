import Files
import TestSupport
import Testing

@testable import Tokenizers

@Suite("Tokenizers")
struct TokenizerTests {
  @Test("the Llama 2 family: metaspaces, merges in order of rank, bytes, special tokens")
  func llama2() throws {
    let tokenizer = try load(smallLlama2.compact)
    func id(_ text: String) -> Int { tokenizer.model.vocabulary.id(text.utf8) ?? -1 }
    #expect(tokenizer.encode("hello") == [1, id("▁hello")])
    #expect(tokenizer.encode("hello", addSpecialTokens: false) == [id("▁hello")])
    #expect(
      tokenizer.encode(" hello wé", addSpecialTokens: false)
        == [id("▁"), id("▁hello"), id("▁w"), id("<0xC3>"), id("<0xA9>")])
    #expect(tokenizer.encode("") == [1])
    #expect(tokenizer.encode("</s>hello")[1...] == [2, id("▁hello")])
    #expect(tokenizer.decode(tokenizer.encode("hello wé"), skipSpecialTokens: true) == "hello wé")
    #expect(tokenizer.decode([1, id("▁hello")], skipSpecialTokens: false) == "<s> hello")
    // A run of bytes that is not UTF-8 is one replacement character for each.
    #expect(
      tokenizer.decode([id("<0xC3>"), id("<0x28>")], skipSpecialTokens: false) == "\u{FFFD}\u{FFFD}"
    )
    #expect(tokenizer.decode([100_000, -1], skipSpecialTokens: false) == "")
    #expect(tokenizer.isSpecial(1) && !tokenizer.isSpecial(5))
  }

  @Test("byte-level texts of any kind come back as they were")
  func roundTrip() throws {
    var random = SplitMix64(seed: 2)
    let tokenizer = try Tokenizer(directory: referenceModel)
    let alphabet = Array("aB3 \n\t\r\u{0}é\u{301}日本🙂👨‍👩‍👧\u{A0}\u{2003}٣Ⅷ<|im_end|>'s".unicodeScalars)
    for _ in 0..<500 {
      let scalars = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        Bool.random(using: &random)
          ? alphabet.randomElement(using: &random) ?? "a"
          : Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) ?? "b"
      }
      let text = String(String.UnicodeScalarView(scalars))
      let ids = tokenizer.encode(text)
      #expect(tokenizer.decode(ids, skipSpecialTokens: false).utf8.elementsEqual(text.utf8))
    }
  }

  @Test(
    "a file that would be read wrongly is refused, with the field's name",
    arguments: [
      (["model", "type"], "WordPiece", "model.type"),
      (["model", "type"], "WordLevel", "model.type"),
      (["model", "type"], "Unigram", "model.vocab"),
      (["model", "continuing_subword_prefix"], "##", "model.continuing_subword_prefix"),
      (["model", "end_of_word_suffix"], "</w>", "model.end_of_word_suffix"),
      (["model", "vocab"], nil, "model.vocab"),
      (["model", "merges"], ["h"], "model.merges[0]"),
      (["model", "merges"], ["h zz"], "model.merges[0]"),
      (["model", "vocab", "x"], 3, "model.vocab.x"),
      (["model", "vocab", "x"], -1, "model.vocab.x"),
      (["model", "vocab", "x"], "y", "model.vocab.x"),
      (["model", "vocab", "x"], 1_000_000_000_000, "model.vocab.x"),
      (["model", "unk_token"], "<none>", "model.unk_token"),
      (["model", "dropout"], 0.1, "model.dropout"),
      (["normalizer"], ["type": "Nosuch"], "normalizer.type"),
      (["pre_tokenizer"], ["type": "UnicodeScripts"], "pre_tokenizer.type"),
      (
        ["pre_tokenizer"],
        ["type": "Split", "pattern": ["Regex": "(?<=xy)z"], "behavior": "Isolated"],
        "pre_tokenizer.pattern.Regex"
      ),
      (["post_processor"], ["type": "Nosuch"], "post_processor.type"),
      (["decoder"], ["type": "WordPiece"], "decoder.type"),
      (["added_tokens"], [["id": 5, "content": "clash"]], "added_tokens"),
      (["model"], 3, "model"),
    ] as [([String], JSON?, String)])
  func refusals(path: [String], value: JSON?, field: String) {
    #expect {
      try load(smallLlama2.setting(path, to: value).compact)
    } throws: { error in
      guard let error = error as? InputError else { return false }
      return error.file.hasSuffix("tokenizer.json") && error.field == field
    }
  }

  @Test("added tokens stand in tokenizer_config.json and added_tokens.json too")
  func furtherTokens() throws {
    let tokenizer = try load(
      smallLlama2.compact,
      files: [
        "tokenizer_config.json": """
        {"eos_token": "<end>", "added_tokens_decoder": {
          "1": {"content": "<s>", "special": true},
          "300": {"content": "<end>", "special": true}}}
        """,
        "added_tokens.json": #"{"<old>": 301, "<end>": 300}"#,
      ])
    #expect(tokenizer.encode("<end><old>", addSpecialTokens: false) == [300, 301])
    #expect(tokenizer.eosID == 300 && tokenizer.isSpecial(300) && !tokenizer.isSpecial(301))
    #expect(tokenizer.vocabularySize == 302)
    let error = #expect(throws: InputError.self) {
      try load(smallLlama2.compact, files: ["added_tokens.json": #"{"<old>": 5}"#])
    }
    #expect(error?.description.contains("<old>") == true)
  }

  @Test("with metaspaces, words apart give the ids of the whole text")
  func wholeText() throws {
    var random = SplitMix64(seed: 9)
    let tokenizer = try load(smallLlama2.compact)
    for _ in 0..<300 {
      let text = String((0..<30).map { _ in "helowrd  ▁é\n".randomElement(using: &random) ?? " " })
      let whole = tokenizer.model.encode(
        (tokenizer.normalizer?.apply(text.byteString) ?? text.byteString))
      #expect(tokenizer.encode(text, addSpecialTokens: false) == whole)
    }
  }

  @Test("random damage is refused or read, never a trap")
  func fuzz() throws {
    var random = SplitMix64(seed: 4)
    let text = Array(smallLlama2.compact.utf8)
    try withTemporaryDirectory { directory in
      for _ in 0..<600 {
        var damaged = text
        for _ in 0...Int.random(in: 0...4, using: &random) {
          damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
            in: 32...126, using: &random)
        }
        try writeAtomically(
          String(decoding: damaged, as: UTF8.self), to: "\(directory)/tokenizer.json")
        if let tokenizer = try? Tokenizer(directory: directory) {
          _ = tokenizer.decode(tokenizer.encode("hello <s> wörld"), skipSpecialTokens: false)
        }
      }
    }
  }
}
