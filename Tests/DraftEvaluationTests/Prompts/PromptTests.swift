import EvaluationTestSupport
import Files
import Foundation
import TestSupport
import Testing
import Tokenizers

@testable import DraftEvaluation

@Suite("Prompts")
struct PromptTests {
  private func parse(_ text: String) throws -> PromptSet {
    try PromptSet(bytes: Array(text.utf8), file: "prompts.jsonl")
  }

  private func problem(_ text: String) -> InputError? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return error as? InputError
    }
  }

  @Test("a file has one prompt or conversation per line, blank lines are skipped")
  func lines() throws {
    let set = try parse(
      "\u{FEFF}{\"prompt\": \"Once\\nupon\"}\r\n\n  \t\r\n"
        + #"{"messages": [{"role": "system", "content": ""}, {"role": "user", "content": "é"}]}"#)
    #expect(
      set.prompts == [
        .text("Once\nupon"),
        .messages([
          ChatMessage(role: "system", content: ""), ChatMessage(role: "user", content: "é"),
        ]),
      ])
    #expect(set.names == ["line 1", "line 4"])
    #expect(set.source == "prompts.jsonl")
  }

  @Test(
    "a bad line is named by its number and field",
    arguments: [
      ("{\"prompt\": \"a\"}\n\n@", "line 3, column 1"),
      ("{\"prompt\": \"a\"}\n{\"prompt\": ", "line 2, column 12"),
      ("\n[1]", "line 2"), ("{\"prompt\": 3}", "line 1.prompt"), ("{}", "line 1"),
      ("{\"prompt\": null}", "line 1"),
      ("{\"prompt\": \"a\", \"messages\": []}", "line 1"),
      ("{\"prompt\": \"a\", \"kind\": 3}", "line 1.kind"),
      ("{\"prompt\": \"a\", \"kind\": \"\"}", "line 1.kind"),
      ("{\"messages\": []}", "line 1.messages"), ("{\"messages\": \"hi\"}", "line 1.messages"),
      ("{\"messages\": [\"hi\"]}", "line 1.messages[0]"),
      ("{\"messages\": [{\"role\": \"user\"}]}", "line 1.messages[0].content"),
      ("{\"messages\": [{\"content\": \"a\"}]}", "line 1.messages[0].role"),
      (
        "{\"messages\": [{\"role\": \"user\", \"content\": [1]}]}", "line 1.messages[0].content"
      ),
    ] as [(String, String)])
  func badLines(_ text: String, _ field: String) throws {
    let error = try #require(problem(text))
    #expect(error.kind == .unusable)
    #expect(error.file == "prompts.jsonl")
    #expect(error.field?.hasPrefix(field) == true, "\(error)")
  }

  @Test("a kind is optional, its name anybody's, and other members are left alone")
  func kinds() throws {
    let set = try parse(
      """
      {"prompt": "a", "kind": "poem", "id": 7, "answer": {"text": "b"}}
      {"kind": "Übersetzung", "messages": [{"role": "user", "content": "c"}]}
      {"prompt": "d", "kind": null}
      """)
    #expect(
      set.prompts == [.text("a", kind: "poem"), .question("c", kind: "Übersetzung"), .text("d")])
    let encoded = try set.encoded(by: ByteEncoder(), contextLength: 100)
    #expect(encoded.map(\.kind) == ["poem", "Übersetzung", nil])
  }

  @Test("invalid UTF-8 is refused, not replaced")
  func invalidUTF8() {
    #expect(throws: InputError.self) {
      try PromptSet(bytes: Array("{\"prompt\": \"".utf8) + [0xFF] + Array("\"}".utf8), file: "p")
    }
  }

  @Test("a file without prompts is refused", arguments: ["", "\n \n\t\r\n"])
  func empty(_ text: String) {
    #expect(problem(text)?.problem.contains("no prompts") == true)
  }

  @Test(
    "a prompts file is one by its ending, in whatever case",
    arguments: ["p.jsonl", "p.JSONL", "p.ndjson", "p.NDJSON", "p.json", "p.Json"])
  func endings(_ name: String) throws {
    #expect(PromptSet.isPromptsFile(name) && !PromptSet.isPromptsFile("\(name).txt"))
    let line = #"{"prompt": "one"}"# + "\n"
    #expect(try PromptSet(bytes: Array(line.utf8), file: name).prompts == [.text("one")])
    let two = Array((line + line).utf8)
    #expect(try PromptSet(bytes: two, file: name).prompts == [.text("one"), .text("one")])
    let array = Array(#"[{"prompt": "one"}, {"prompt": "two"}]"#.utf8)
    if name.lowercased().hasSuffix(".json") {
      #expect(try PromptSet(bytes: array, file: name).prompts == [.text("one"), .text("two")])
    } else {
      #expect(throws: InputError.self) { try PromptSet(bytes: array, file: name) }
    }
  }

  @Test("a missing file is said to be missing")
  func missing() {
    #expect {
      try PromptSet(file: "/nonexistent/prompts.jsonl")
    } throws: { ($0 as? InputError)?.kind == .missing }
  }

  @Test("texts are encoded as they stand, conversations through the template or its plain form")
  func encoding() throws {
    let set = PromptSet(
      source: "p",
      prompts: [
        .text("ab"), .question("Why?"),
        .messages([
          ChatMessage(role: "system", content: "Be brief."),
          ChatMessage(role: "user", content: "1+1?"),
          ChatMessage(role: "assistant", content: "2"),
          ChatMessage(role: "user", content: "2+2?"),
        ]),
      ])
    func texts(_ encoder: ByteEncoder) throws -> [String] {
      try set.encoded(by: encoder, contextLength: 500).map {
        String(decoding: $0.ids.map { UInt8($0) }, as: UTF8.self)
      }
    }
    #expect(
      try texts(ByteEncoder()) == [
        "ab", "<user>Why?<assistant>",
        "<system>Be brief.<user>1+1?<assistant>2<user>2+2?<assistant>",
      ])
    #expect(
      try texts(ByteEncoder(hasChatTemplate: false)) == [
        "ab", "Question: Why?\nAnswer:",
        "Be brief.\n\nQuestion: 1+1?\nAnswer: 2\n\nQuestion: 2+2?\nAnswer:",
      ])
  }

  @Test("a prompt that is too long, empty or not rendered is named by its line")
  func refusals() throws {
    func refusal(_ text: String) throws -> InputError? {
      let set = try parse("{\"prompt\": \"a\"}\n\n\(text)")
      do throws(InputError) {
        _ = try set.encoded(by: ByteEncoder(), contextLength: 16)
        return nil
      } catch {
        return error
      }
    }
    let long = try #require(try refusal("{\"prompt\": \"0123456789abcdef\"}"))
    #expect(
      long.description == "prompts.jsonl: line 3: the prompt has 16 tokens, and the model's "
        + "context only 16; shorten the prompt")
    #expect(try refusal("{\"prompt\": \"0123456789abcde\"}") == nil)
    #expect(try refusal("{\"prompt\": \"\"}")?.problem == "the prompt has no tokens")
    let robot = #"{"messages": [{"role": "robot", "content": "beep"}]}"#
    #expect(
      try refusal(robot)?.description == "prompts.jsonl: line 3: the template knows no robot")
  }

  @Test("a prompt of more bytes than any tokens of the context have is not tokenized")
  func tooManyBytes() throws {
    struct Refusing: PromptEncoder {
      let hasChatTemplate = false
      let longestToken = 8
      func ids(text: String) throws(InputError) -> [Int] {
        throw InputError(file: "encoder", "asked to encode \(text.utf8.count) bytes")
      }
      func ids(conversation: Conversation) throws(InputError) -> [Int] { try ids(text: "") }
    }
    func problem(bytes: Int) throws -> String? {
      let set = PromptSet(source: "p", prompts: [.text(String(repeating: "x", count: bytes))])
      do throws(InputError) {
        _ = try set.encoded(by: Refusing(), contextLength: 10)
        return nil
      } catch { return error.problem }
    }
    #expect(try problem(bytes: 320) == "asked to encode 320 bytes")
    #expect(try problem(bytes: 321)?.hasPrefix("the prompt has 321 bytes") == true)
    let long = #"{"prompt": ""# + String(repeating: "x", count: 16 << 20) + #""}"#
    let error = #expect(throws: InputError.self) { try parse("\n" + long) }
    #expect(error?.field == "line 2" && error?.problem.contains("16777216") == true)
  }

  @Test("prompts that nobody can shorten are left out where they do not fit, unless none fits")
  func leftOut() throws {
    var set = try parse(#"{"prompt": "abc", "kind": "a"}"# + "\n" + #"{"prompt": "abcdef"}"#)
    #expect(throws: InputError.self) {
      try set.encoded(by: ByteEncoder(), contextLength: 6)
    }
    set.leavesOutLongPrompts = true
    #expect(try set.encoded(by: ByteEncoder(), contextLength: 7).count == 2)
    let left = try set.encoded(by: ByteEncoder(), contextLength: 6)
    #expect(left.map(\.name) == ["line 1"] && left.map(\.kind) == ["a"])
    #expect {
      try set.encoded(by: ByteEncoder(), contextLength: 3)
    } throws: { ($0 as? InputError)?.field == "line 1" }
  }

  @Test("a split keeps every third prompt back, and uses an even choice of the rest")
  func split() throws {
    let prompts = (0..<64).map { EncodedPrompt(ids: [$0], name: "\($0)") }
    let split = CalibrationSplit(prompts, calibrationCount: 12)
    #expect(split.heldOut.map { $0.ids[0] } == Array(stride(from: 2, to: 64, by: 3)))
    #expect(split.calibration.count == 12 && Set(split.calibration).count == 12)
    #expect(Set(split.calibration).isDisjoint(with: split.heldOut))
    #expect(!split.sharesPrompts)
    #expect(CalibrationSplit(prompts, calibrationCount: 100).calibration.count == 43)
  }

  @Test("too few prompts to keep one back are used for both", arguments: [1, 2])
  func fewPrompts(_ count: Int) {
    let prompts = (0..<count).map { EncodedPrompt(ids: [$0], name: "") }
    let split = CalibrationSplit(prompts, calibrationCount: 12)
    #expect(split.sharesPrompts)
    #expect(split.calibration == prompts && split.heldOut == prompts)
  }

  @Test("the fingerprint depends on ids, their order and their borders")
  func fingerprints() {
    func fingerprint(_ ids: [[Int]]) -> String {
      CalibrationSplit(ids.map { EncodedPrompt(ids: $0, name: "") }, calibrationCount: 9)
        .fingerprint
    }
    let all = [
      [[1, 2], [3], [4]], [[1], [2, 3], [4]], [[3], [1, 2], [4]], [[1, 2], [3], [4], [5]],
      [[1, 2], [3]],
    ].map(fingerprint)
    #expect(Set(all).count == all.count)
    #expect(all.allSatisfy { $0.count == 16 })
    #expect(fingerprint([[1, 2], [3], [4]]) == all[0])
  }
}
