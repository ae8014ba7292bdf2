import Files
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

/// The journal that workers share.
extension SharedStudyTests {
  @Test("other settings, a search's journal and a study's journal to resume are refused by name")
  func refusals() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(5)
      _ = try join(directory, settings)
      var other = settings
      other.seed = 6
      #expect {
        try join(directory, other)
      } throws: {
        "\($0)".contains("--seed 5") && "\($0)".contains("another directory with --study")
      }
      let path = StudyDirectory(directory).journal
      #expect {
        try Journal.resume(path, header: JournalHeader(subject: Self.subject, settings: settings))
      } throws: { "\($0)".contains("go on with --study \(directory)") }
      // Its result names the study, and no journal that is not there.
      let result = StudyDirectory(directory).result
      try StudyResult.example().write(to: result)
      #expect {
        try Journal.header(of: result)
      } throws: { "\($0)".contains("shared study; go on with --study \(directory)") }
      let alone = try Journal.create(
        in: "\(directory)/results",
        header: JournalHeader(subject: Self.subject, settings: settings))
      try createDirectory("\(directory)/copy")
      try writeAtomically(readText(alone.path), to: "\(directory)/copy/journal.jsonl")
      #expect {
        try join("\(directory)/copy", settings)
      } throws: { "\($0)".contains("go on with --resume") }
    }
  }

  @Test("a line that a dead worker left half written is cut off by the next one")
  func tornLine() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(6)
      let journal = try join(directory, settings)
      let bench = bench()
      bench.onEvaluate = { number in
        guard number == 3, let file = try? AppendingFile(appendingTo: journal.path) else { return }
        try? file.append("{\"index\": 4, \"origin\": \"mod")
      }
      let result = try outcome(of: study(bench, settings, journal))
      #expect(result.trials.count == 6)
      #expect(try content(directory).trials == result.trials)
    }
  }
}
