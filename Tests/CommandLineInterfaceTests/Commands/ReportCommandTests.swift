import Files
import Foundation
import Report
import SkipSearch
import StudyTestSupport
import TestSupport
import Testing

@testable import CommandLineInterface

@Suite("The report command")
struct ReportCommandTests {
  private func command(_ words: String...) throws -> ReportCommand {
    try ReportCommand(Arguments(words, for: ReportCommand.description))
  }

  @Test("the page lies beside the first file unless it is told where")
  func output() throws {
    #expect(try command("results/a.json").output == "results/a.html")
    #expect(try command("results/a.jsonl").output == "results/a.html")
    #expect(try command("results/a.json", "b.json").output == "results/compared.html")
    #expect(try command("a.json", "b.json").output == "compared.html")
    #expect(try command("a.json", "-o", "x.html", "b.json").files == ["a.json", "b.json"])
  }

  @Test("no file, three files, and a file to be read that would be written are refused")
  func refusals() {
    for words in [
      [], ["a", "b", "c"], ["a.json", "-o", "a.json"], ["a.json", "--svg", "a.json"],
    ] {
      #expect(throws: UsageError.self, "\(words)") {
        try ReportCommand(Arguments(words, for: ReportCommand.description))
      }
    }
  }

  @Test("page and figure are written, and a file that is no result is an error")
  func run() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/r.json"
      try StudyResult.joint().write(to: path)
      try command(path, "--svg", "\(directory)/f.svg").run()
      #expect(try readText("\(directory)/r.html").hasPrefix("<!DOCTYPE html>"))
      #expect(try readText("\(directory)/f.svg").hasPrefix("<svg "))
      try writeAtomically("{}", to: path)
      #expect(throws: InputError.self) { try command(path).run() }
    }
  }

  @Test("of a directory it reads the one result, or the journal, and refuses many")
  func directories() throws {
    try withTemporaryDirectory { directory in
      let result = StudyResult.example()
      let journal = try Journal.create(
        in: directory, header: JournalHeader(subject: result.subject, settings: result.settings))
      #expect(try command(directory).files == [journal.path])
      for trial in result.trials { try journal.append(trial) }
      try result.write(to: journal.resultPath)
      #expect(try command(directory).files == [journal.resultPath])
      try command(directory).run()
      #expect(
        try readText(StudyReport.path(beside: journal.resultPath)).hasPrefix("<!DOCTYPE html>"))
      try result.write(to: "\(directory)/other.json")
      #expect {
        try command(directory).run()
      } throws: { "\($0)".contains("2 searches; give one of them") }
    }
  }

  @Test("a report that cannot be written is no loss of the result")
  func warning() throws {
    try withTemporaryDirectory { directory in
      #expect(SavedReport(.joint(), beside: "\(directory)/r.json")?.path == "\(directory)/r.html")
      #expect(SavedReport(.joint(), beside: "\(directory)/none/r.json") == nil)
    }
  }
}
