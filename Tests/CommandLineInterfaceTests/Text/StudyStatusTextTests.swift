import Files
import StudyTestSupport
import TestSupport
import Testing

@testable import CommandLineInterface
@testable import SkipSearch

@Suite("Where a study stands, in words")
struct StudyStatusTextTests {
  /// A journal that nobody writes any more, and where its result belongs.
  private func journal(
    of result: StudyResult, in directory: String
  ) throws -> (path: String, result: String) {
    let journal = try Journal.create(
      in: directory, header: JournalHeader(subject: result.subject, settings: result.settings))
    for trial in result.trials { try journal.append(trial) }
    return (journal.path, journal.resultPath)
  }

  private func best(_ status: StudyStatus) throws -> JSONField {
    try JSONField(status.json, file: "status").required("best")
  }

  private func measuredOn(_ status: StudyStatus) throws -> String {
    try best(status).required("measured_on").string()
  }

  @Test("a finished study shows what was measured on held-out prompts, before that the search's")
  func heldOut() throws {
    try withTemporaryDirectory { directory in
      let result = StudyResult.example()
      let (journal, place) = try journal(of: result, in: directory)
      let before = try StudyStatus(journal)
      #expect(before.text().contains("Best     1.63x (1.60–1.66), trial 1, on the prompts of"))
      #expect(before.text().contains("nobody works on it; go on with:\n"))
      #expect(before.text().contains("search --model 'models/tiny model' --resume"))
      #expect(try measuredOn(before) == "search")
      try result.write(to: place)
      let after = try StudyStatus(journal)
      #expect(after.text().contains("Best     1.50x (1.48–1.52), trial 1, on 6 held-out prompts"))
      #expect(after.text().contains("State    finished; the result is in"))
      #expect(try measuredOn(after) == "held-out")
      let best = try self.best(after)
      #expect(
        try best.required("speedup").double() == result.sets[0].heldOut?.speedup?.speedup)
      #expect(
        try best.required("draft").value.compact
          == self.best(before).required("draft").value.compact)
    }
  }

  @Test("lines fit a narrow terminal, apart from paths and names")
  func narrow() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/r.json"
      try StudyResult.example().write(to: path)
      for width in [40, 60] {
        for line in try StudyStatus(path).text(width: width).split(separator: "\n")
        where !line.contains("/") {
          #expect(line.count <= width, "\(line)")
        }
      }
    }
  }
}
