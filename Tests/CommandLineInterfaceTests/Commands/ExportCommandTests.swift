import Checkpoints
import Files
import SkipSearch
import StudyTestSupport
import TestSupport
import Testing

@testable import CommandLineInterface

@Suite("The export command")
struct ExportCommandTests {
  private func run(_ words: String...) throws {
    try ExportCommand(try Arguments(words, for: ExportCommand.description)).run()
  }

  private func refusal(_ words: String...) -> String? {
    let error = #expect(throws: UsageError.self) {
      try ExportCommand(try Arguments(words, for: ExportCommand.description))
    }
    return error?.message
  }

  /// A tiny model and a result about it.
  private func withResult(_ body: (_ directory: String, _ result: String) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      var model = TinyModel()
      model.layerCount = 5
      try createDirectory("\(directory)/model")
      try model.write(to: "\(directory)/model")
      var result = StudyResult.example()
      let fingerprint = try Checkpoint(directory: "\(directory)/model").fingerprint
      result.subject.model.fingerprint = fingerprint
      try result.write(to: "\(directory)/result.json")
      try body(directory, "\(directory)/result.json")
    }
  }

  @Test("every format of text is written, and skip sets are read back")
  func formats() throws {
    try withResult { directory, result in
      for format in ["csv", "huggingface", "draft-and-verify", "transformers"] {
        let path = "\(directory)/\(format)"
        try run(result, "--format", format, "--output", path, "--model", "\(directory)/model")
        #expect(try !readText(path).isEmpty)
      }
      let best = try #require(try StudyResult(file: result).best).decisive.draft.model.skip
      for format in ["huggingface", "draft-and-verify"] {
        let set = try SkipSetFile.read("\(directory)/\(format)", layerCount: 5, fingerprint: "")
        #expect(set.model.skip == best)
      }
      #expect(try readText("\(directory)/draft-and-verify").contains("\"tiny-model\""))
      #expect(try readText("\(directory)/transformers").contains("SKIP_ATTN = \(best.attention)"))
    }
  }

  @Test("the whole layers become a model that loads")
  func draftModel() throws {
    try withResult { directory, result in
      let output = "\(directory)/draft"
      try run(
        result, "--format", "draft-model", "--model", "\(directory)/model", "--output", output)
      #expect(try Checkpoint(directory: output).configuration.layerCount == 3)
      let again = #expect(throws: InputError.self) {
        try run(
          result, "--format", "draft-model", "--model", "\(directory)/model", "--output", output)
      }
      #expect(again?.problem.contains("give a new directory") == true)
    }
  }

  @Test("another model, another file and an unknown rank are refused")
  func refusals() throws {
    try withResult { directory, result in
      var other = TinyModel()
      other.layerCount = 5
      other.seed = 2
      try createDirectory("\(directory)/other")
      try other.write(to: "\(directory)/other")
      let set = "\(directory)/set.json"
      let words = [result, "-f", "huggingface", "-o", set, "-m", "\(directory)/other"]
      let wrong = #expect(throws: InputError.self) {
        try ExportCommand(try Arguments(words, for: ExportCommand.description)).run()
      }
      #expect(wrong?.field == "model.fingerprint")
      try ExportCommand(try Arguments(words + ["--force"], for: ExportCommand.description)).run()
      let rank = #expect(throws: InputError.self) {
        try run(result, "-f", "huggingface", "--rank", "7")
      }
      #expect(rank?.problem == "there is no set of rank 7; it has the ranks 1, 2")
      let noResult = #expect(throws: InputError.self) { try run(set, "-f", "csv") }
      #expect(noResult?.field == "schema")
    }
  }

  @Test("what does not go together is refused before anything is read")
  func usage() {
    #expect(refusal("--format", "csv")?.contains("<result>") == true)
    #expect(refusal("r.json")?.contains("--format") == true)
    #expect(refusal("r.json", "-f", "yaml")?.contains("draft-and-verify") == true)
    #expect(refusal("r.json", "-f", "csv", "--rank", "1")?.contains("all trials") == true)
    #expect(refusal("r.json", "-f", "draft-model")?.contains("--output") == true)
    #expect(refusal("r.json", "-f", "csv", "-o", "r.json")?.contains("to be read") == true)
  }
}
