import Files
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("A loop that asks and tells")
struct AskingTests {
  private func study(_ directory: String, trials: Int) throws -> ExternalStudy {
    var settings = StudySettings.classical
    settings.trials = trials
    return try ExternalStudy(
      StudyDirectory(directory),
      header: JournalHeader(
        subject: ExternalStudy.subject(
          name: "model", layerCount: 5, machine: StudySubject.test(layerCount: 5).machine,
          version: "1", command: []),
        settings: settings))
  }

  private func id(_ answer: ExternalStudy.Answer) -> Int? {
    if case .trial(let asked) = answer { asked.id } else { nil }
  }

  @Test("where the last trial fails another is asked for, and told, it is the last")
  func lastFails() throws {
    try withTemporaryDirectory { directory in
      func ask() throws -> ExternalStudy.Answer { try study(directory, trials: 2).ask() }
      func tell(_ id: Int, _ outcome: ExternalStudy.Outcome) throws {
        try study(directory, trials: 2).tell(id, outcome)
      }
      #expect(try id(ask()) == 0 && id(ask()) == 1)
      #expect(try ask() == .pending(2))
      try tell(0, .speedup(1.25, standardError: 0))
      #expect(try ask() == .pending(1))
      try tell(1, .failed("no\nmemory"))
      #expect(try StudyStatus(directory).failures.map(\.reason) == ["no memory"])
      #expect(try id(ask()) == 2)
      try tell(2, .speedup(1.125, standardError: 0))
      #expect(try ask() == .done("2 trials are told"))
    }
  }

  @Test("a loop whose trials all fail ends, and says why the last one did")
  func allFail() throws {
    try withTemporaryDirectory { directory in
      var count = 0
      while let id = try id(study(directory, trials: 3).ask()), count < 100 {
        count += 1
        try study(directory, trials: 3).tell(id, .failed("no engine"))
      }
      #expect(count == 10)
      #expect(
        try study(directory, trials: 3).ask()
          == .done("10 trials failed, the last because: no engine"))
      #expect(try id(study(directory, trials: 30).ask()) != nil, "who wants more goes on")
    }
  }
}
