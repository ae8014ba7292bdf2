import Files
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("What is left to do of a search")
struct FinishedStudyTests {
  private func settings(_ trials: Int) -> StudySettings {
    var settings = StudySettings.classical
    (settings.trials, settings.stopsEarly) = (trials, true)
    return settings
  }

  /// A journal with two trials, and its result beside it.
  private func search(
    in directory: String, _ change: (inout StudyResult) -> Void = { _ in }
  ) throws -> String {
    var result = StudyResult.example()
    result.settings = settings(2)
    change(&result)
    let journal = try Journal.create(
      in: directory,
      header: JournalHeader(subject: StudyResult.example().subject, settings: result.settings))
    for trial in StudyResult.example().trials { try journal.append(trial) }
    try result.write(to: journal.resultPath)
    return journal.path
  }

  private func isFinished(_ journal: String, _ settings: StudySettings) throws -> Bool {
    try StudyResult.finished(journal, wanting: settings) != nil
  }

  @Test("nothing, where the result has all trials that are wanted")
  func finished() throws {
    try withTemporaryDirectory { directory in
      let journal = try search(in: directory)
      let found = try #require(try StudyResult.finished(journal, wanting: settings(2)))
      #expect(found.path.hasSuffix(".json") && found.result.trials.count == 2)
      #expect(try isFinished(journal, settings(1)))
      #expect(try !isFinished(journal, settings(3)))
    }
  }

  @Test("nothing, where a search ended before its last trial because more would gain little")
  func early() throws {
    try withTemporaryDirectory { directory in
      let journal = try search(in: directory) { $0.settings.trials = 200 }
      #expect(try isFinished(journal, settings(200)))
      #expect(try !isFinished(journal, settings(201)))
      var all = settings(200)
      all.stopsEarly = false
      #expect(try !isFinished(journal, all))
      all = settings(200)
      all.force = true
      #expect(try !isFinished(journal, all))
    }
  }

  @Test("more, where it was interrupted, had no time, or went on after its result")
  func unfinished() throws {
    try withTemporaryDirectory { directory in
      let interrupted = try search(in: "\(directory)/1") { $0.isInterrupted = true }
      #expect(try !isFinished(interrupted, settings(2)))
      let hurried = try search(in: "\(directory)/2") {
        $0.settings.trials = 9
        $0.warnings = ["\(StudyResult.timeIsOver) after 2 of 9 trials"]
      }
      #expect(try !isFinished(hurried, settings(9)))
      let longer = try search(in: "\(directory)/3") { $0.trials.removeLast() }
      #expect(try !isFinished(longer, settings(2)))
      let other = try search(in: "\(directory)/4") { $0.subject.model.fingerprint = "0" }
      #expect(try !isFinished(other, settings(2)))
    }
  }

  @Test("a shared study is finished when its journal says so of all trials")
  func shared() throws {
    try withTemporaryDirectory { directory in
      let study = StudyDirectory(directory)
      let result = StudyResult.example()
      let header = JournalHeader(subject: result.subject, settings: settings(2))
      let worker = try Worker(in: study.workers, machine: result.subject.machine)
      let journal = try Journal.join(study, header: header, worker: worker)
      _ = try journal.exchange { _ throws(InputError) in
        ((), result.trials.map { .trial($0, claim: nil) })
      }
      try result.write(to: study.result)
      #expect(try !isFinished(study.journal, settings(2)))
      try journal.finish(trials: 2)
      #expect(try isFinished(study.journal, settings(2)))
    }
  }
}
