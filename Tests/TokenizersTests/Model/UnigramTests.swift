import Files
import TestSupport
import Testing

@testable import Tokenizers

/// Tests/Fixtures/golden/text/unigram.json: by PyPI's tokenizers 0.23 (Experiments/tokenizers).
@Suite("Unigram models")
struct UnigramTests {
  private func model(
    _ vocabulary: JSON, fallback: JSON = false, unknown: JSON? = 0
  ) -> JSON {
    let model: JSON = ["type": "Unigram", "vocab": vocabulary, "byte_fallback": fallback]
    return ["added_tokens": [], "model": model.setting(["unk_id"], to: unknown)]
  }

  @Test("give the ids of Hugging Face's tokenizers, and the texts, in files of several kinds")
  func golden() throws {
    let golden = try JSONField.read(fixture("golden/text/unigram.json"))
    let vocabulary = try golden.required("vocab").value
    for (name, family) in try golden.required("families").members() {
      var json = model(vocabulary, fallback: try family.required("byte_fallback").value)
      for key in ["normalizer", "pre_tokenizer", "decoder"] {
        json = json.setting([key], to: family.value[key])
      }
      try expectCases(of: family, name, try load(json.compact))
    }
  }

  @Test("of all ways to cut a text none has a higher sum")
  func best() throws {
    var random = SplitMix64(seed: 5)
    let letters = Array("abcé")
    var scores: [String: Double] = ["<unk>": 0]
    for _ in 0..<60 {
      let piece = String(
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
          letters.randomElement(using: &random) ?? "a"
        })
      // None begins with an é: how many of them are unknown is seen from the text, then.
      if piece.hasPrefix("é") { continue }
      scores[piece] = -Double(Int.random(in: 8...80, using: &random)) / 8
    }
    for letter in ["a", "b", "c"] { scores[letter] = scores[letter] ?? -9 }
    let pieces = scores.sorted { $0.key < $1.key }
    let tokenizer = try load(
      model(.array(pieces.map { [.string($0.key), .number($0.value)] })).compact)
    let penalty = (scores.values.min() ?? 0) - 10
    func best(_ text: Substring) -> Double {
      guard !text.isEmpty else { return 0 }
      return (1...min(4, text.count)).compactMap { count -> Double? in
        guard let score = scores[String(text.prefix(count))] ?? (count == 1 ? penalty : nil) else {
          return nil
        }
        return score + best(text.dropFirst(count))
      }.max() ?? -.infinity
    }
    for _ in 0..<200 {
      let text = String((0..<9).map { _ in letters.randomElement(using: &random) ?? "a" })
      let ids = tokenizer.encode(text, addSpecialTokens: false)
      var sum = 0.0
      var position = text.startIndex
      for id in ids {
        let piece = pieces[id].key
        if piece == "<unk>" {
          let run = text[position...].prefix { $0 == "é" }
          sum += Double(run.count) * penalty
          position = run.endIndex
        } else if text[position...].hasPrefix(piece) {
          sum += scores[piece] ?? 0
          position = text.index(position, offsetBy: piece.count)
        }
      }
      #expect(position == text.endIndex && sum == best(text[...]), "\(text)")
    }
  }

  @Test("the literal text of the unknown token is unknown, and joins what is unknown beside it")
  func unknown() throws {
    let vocabulary: JSON = [["<unk>", -1], ["a", -1], ["<0xC3>", -9], ["<0xA9>", -9]]
    // By PyPI's `tokenizers` 0.23.3.
    let plain = try load(model(vocabulary).compact)
    #expect(plain.encode("a<unk>éa<unk>", addSpecialTokens: false) == [1, 0, 1, 0])
    let fallback = try load(model(vocabulary, fallback: true).compact)
    #expect(fallback.encode("aéa<unk>éa", addSpecialTokens: false) == [1, 2, 3, 1, 0, 1])
  }

  @Test(
    "what cannot be read is refused, with its field",
    arguments: [
      ([["<unk>", -1], ["a"]], 0, "model.vocab[1]"), ([["<unk>", "x"]], 0, "model.vocab[0]"),
      ([["<unk>", -1]], nil, "model"), ([["<unk>", -1]], 1, "model.unk_id"),
      ([], 0, "model.vocab"), ([:], 0, "model.vocab"),
    ] as [(JSON, JSON?, String)])
  func refused(vocabulary: JSON, unknown: JSON?, field: String) {
    #expect {
      _ = try load(model(vocabulary, unknown: unknown).compact)
    } throws: { ($0 as? InputError)?.field == field }
  }

  /// By PyPI's `tokenizers` 0.23.3: what it writes of a score that it has read.
  @Test(
    "scores are those of the reference implementation, to the last bit",
    arguments: [
      ("-20.343585968017578", -20.343585968017575), ("-9.866508483886719", -9.86650848388672),
      ("-9.104988614322199", -9.1049886143222), ("-80.0", -80), ("7", 7), ("-5.5E+2", -550),
      ("0.1234567890123456789", 0.12345678901234568), ("-1.5e-320", -1.5e-320),
      ("-18446744073709551616.5", -1.8446744073709552e19),
      ("123456789012345678901234567890", 1.2345678901234568e29),
      ("-2.2250738585072011e-308", -2.2250738585072014e-308),
    ])
  func scores(text: String, expected: Double) {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var json = RawJSON(bytes)
      #expect(json.score() == expected && json.position == bytes.count)
    }
  }

  @Test("what is no number is no score", arguments: ["", "-", "01", "1.", "1e", ".5", "1e400"])
  func noScore(text: String) {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var json = RawJSON(bytes)
      let score = json.score()
      #expect(score == nil || json.position < bytes.count)
    }
  }
}
