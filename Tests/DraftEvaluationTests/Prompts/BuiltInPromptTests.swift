import EvaluationTestSupport
import Statistics
import TestSupport
import Testing
import Tokenizers

@testable import DraftEvaluation

@Suite("The built-in prompts")
struct BuiltInPromptTests {
  private let prompts = BuiltInPrompts.set.prompts
  private let kinds: Set = ["word problem", "instruction", "edit", "summary"]

  /// The text of a prompt, which is one question.
  private func text(_ prompt: Prompt) -> String {
    guard case .conversation(let conversation) = prompt.content,
      conversation.messages.count == 1, let message = conversation.messages.first,
      message.role == "user", case .string(let text)? = message.json["content"]
    else { return "" }
    return text
  }

  private func texts(_ kind: String) -> [String] { prompts.filter { $0.kind == kind }.map(text) }

  /// How many of the kinds there are, most first.
  private func counts<Kinds: Sequence<String?>>(_ kinds: Kinds) -> [Int] {
    Dictionary(grouping: kinds) { $0 }.values.map(\.count).sorted(by: >)
  }

  @Test("are 24 of each of four kinds, all different")
  func kindsAndNumbers() {
    #expect(prompts.count == 96 && Set(prompts.map(text)).count == 96)
    #expect(Set(prompts.compactMap(\.kind)) == kinds)
    #expect(counts(prompts.map(\.kind)) == [24, 24, 24, 24])
    #expect(prompts.allSatisfy { !text($0).isEmpty })
  }

  @Test("are of the shapes that their kinds have: edits and summaries bring a text")
  func shapes() {
    for text in texts("word problem") {
      #expect((30...320).contains(text.count) && text.last == "?" && !text.contains("\n"))
      #expect(text.contains { $0.isNumber }, "\(text)")
    }
    for text in texts("instruction") {
      #expect((30...200).contains(text.count) && !text.contains("\n"), "\(text)")
    }
    for text in texts("edit") {
      let parts = text.split(separator: "\n\n", maxSplits: 1)
      #expect(parts.count == 2 && parts[0].count < 200 && parts[1].count > 150, "\(text)")
    }
    for text in texts("summary") {
      let parts = text.split(separator: "\n\n")
      #expect(parts.count == 2 && (400...800).contains(parts.last?.count ?? 0), "\(text)")
    }
  }

  @Test("keep the lines of code, and join those of prose")
  func lines() throws {
    let code = texts("edit").filter { $0.contains("```") }
    #expect(code.count == 12)
    for text in code { #expect(text.split(separator: "\n").count >= 10, "\(text)") }
    let average = try #require(code.first)
    #expect(average.hasPrefix("Rename the variable `n` to `total` everywhere in this function."))
    #expect(average.contains("\n    for value in values:\n        if value is None:\n"))
    #expect(average.hasSuffix("    return n / count\n```"))
    // Go is indented by tabs.
    #expect(code.contains { $0.contains("\n\t\tif word == wanted {\n") })
    for text in prompts.map(text) where !text.contains("```") {
      #expect(!text.contains("  "), "\(text)")
    }
  }

  @Test("are short enough: 105 tokens on average with SmolLM2's tokenizer, here 4 bytes each")
  func lengths() throws {
    let encoded = try BuiltInPrompts.set.encoded(by: ByteEncoder(), contextLength: 1000)
    let bytes = encoded.map(\.ids.count)
    #expect(bytes.reduce(0, +) / bytes.count < 480)
  }

  @Test("any prefix, and any stride up to ten but four and eight, has the kinds about alike")
  func samples() {
    let kinds = prompts.map(\.kind)
    for count in stride(from: 4, through: 96, by: 4) {
      #expect(counts(kinds.prefix(count)) == Array(repeating: count / 4, count: 4))
    }
    for step in 2...10 where step % 4 != 0 {
      for first in 0..<step {
        let sample = stride(from: first, to: 96, by: step).map { kinds[$0] }
        let counts = counts(sample)
        #expect(counts.count == 4 && counts[0] - counts[3] <= 4, "\(first), by \(step): \(counts)")
      }
    }
  }

  @Test(
    "an even choice of a few has all kinds: what `bench`, `evaluate` and a search take",
    arguments: [8, 12, 24, 48])
  func evenChoice(_ count: Int) {
    let chosen = prompts.map(\.kind).evenChoice(of: count)
    #expect(counts(chosen) == Array(repeating: count / 4, count: 4))
  }

  @Test("both parts of a split have all kinds alike, of edits code and prose")
  func split() throws {
    let encoded = try BuiltInPrompts.set.encoded(by: ByteEncoder(), contextLength: 1000)
    let split = CalibrationSplit(encoded, calibrationCount: 48)
    #expect(counts(split.heldOut.map(\.kind)) == [8, 8, 8, 8])
    #expect(counts(split.calibration.map(\.kind)) == [12, 12, 12, 12])
    let decoded = CalibrationSplit(encoded, calibrationCount: 12)
    #expect(counts(decoded.calibration.map(\.kind)) == [3, 3, 3, 3])
    func code(_ prompts: [EncodedPrompt]) -> Int {
      let fence = Array("```".utf8).map(Int.init)
      return prompts.count { prompt in
        prompt.ids.indices.contains { prompt.ids[$0...].starts(with: fence) }
      }
    }
    #expect(code(split.heldOut) == 4 && (5...7).contains(code(split.calibration)))
  }
}
