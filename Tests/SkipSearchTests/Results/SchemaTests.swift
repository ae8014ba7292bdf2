import DraftEvaluation
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

/// What studies write, against the schemas in Experiments/schemas: an object has no other members
/// than these name, so that no member is added without being described.
@Suite("Schemas")
struct SchemaTests {
  private static let directory = "\(repository)/Experiments/schemas"
  private static let repositoryResults = [
    "SmolLM2-135M-Instruct-20261127T191420Z", "Qwen2.5-Coder-0.5B-Instruct-20261127T192438Z",
    "reference-20261127T194855Z",
  ]

  private func checkResult(_ text: some StringProtocol, _ what: String) throws {
    let schema = try JSONSchema(file: "\(Self.directory)/result-2.schema.json")
    let json = try JSON(parsing: Array(text.utf8), file: what)
    #expect(schema.problems(of: json) == [], "\(what)")
  }

  /// - Returns: the kinds of lines that were there.
  private func checkJournal(_ path: String) throws -> Set<String> {
    let schema = try JSONSchema(file: "\(Self.directory)/journal-1.schema.json")
    var kinds: Set<String> = []
    for (index, line) in try readText(path).split(separator: "\n").enumerated() {
      let json = try JSON(parsing: Array(line.utf8), file: path)
      let kind =
        if index == 0 {
          "header"
        } else if json["cost_model"] != nil {
          "costs"
        } else if json["task"] != nil {
          "claim"
        } else if json["failure"] != nil {
          "failure"
        } else if json["finished"] != nil {
          "finished"
        } else {
          "trial"
        }
      #expect(schema.problems(of: json, as: kind) == [], "\(path), line \(index + 1)")
      kinds.insert(kind)
    }
    return kinds
  }

  private func bench(_ costs: CostModel?) -> SyntheticBench {
    SyntheticBench(
      layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
      costs: costs)
  }

  @Test("results and journals of searches, by replay and by decoding, of drafts and of skip sets")
  func searches() throws {
    try withTemporaryDirectory { directory in
      for (index, costs) in [CostModel.mixed(layerCount: 5), nil].enumerated() {
        for (other, settings) in [StudySettings(), .classical].enumerated() {
          var settings = settings
          (settings.trials, settings.stopsEarly) = (14, false)
          let place = "\(directory)/\(index)-\(other)"
          let subject = StudySubject.test(
            layerCount: 5, heldOutKinds: Array(repeating: "a", count: 10))
          let journal = try Journal.create(
            in: place, header: JournalHeader(subject: subject, settings: settings))
          let result = try runStudy(
            bench(costs), settings: settings, journal: journal, directory: place, subject: subject)
          try result.write(to: journal.resultPath)
          try checkResult(readText(journal.resultPath), journal.resultPath)
          let kinds = try checkJournal(journal.path)
          #expect(kinds == (costs == nil ? ["header", "trial"] : ["header", "costs", "trial"]))
        }
      }
    }
  }

  @Test("journals of shared studies, and of those that ask and tell")
  func shared() throws {
    try withTemporaryDirectory { directory in
      var settings = StudySettings()
      (settings.trials, settings.stopsEarly) = (12, false)
      let subject = StudySubject.test(layerCount: 5)
      let study = StudyDirectory("\(directory)/study")
      let journal = try Journal.join(
        study, header: JournalHeader(subject: subject, settings: settings),
        worker: try Worker(in: study.workers, machine: subject.machine))
      let result = try outcome(
        of: Study(
          subject: subject, settings: settings, journal: journal,
          benches: bench(.mixed(layerCount: 5)).maker(settings)))
      try journal.finish(trials: 12)
      try checkResult(result.json.pretty, "shared")
      #expect(try checkJournal(journal.path) == ["header", "costs", "claim", "trial", "finished"])

      let asking = StudyDirectory("\(directory)/asking")
      let header = JournalHeader(
        subject: ExternalStudy.subject(
          name: "model", layerCount: 5, machine: subject.machine, version: "1", command: []),
        settings: .classical)
      for (id, told) in [
        ExternalStudy.Outcome.speedup(1.25, standardError: 0.02), .failed("no memory"),
        .samples([
          DecodingSample(
            prompt: 0, tokenCount: 33, plainSeconds: 2, speculativeSeconds: 1.5, draftingSeconds: 0,
            draftTokenCount: 0, acceptedDraftTokenCount: 0, targetModelCallCount: 0)
        ]),
      ].enumerated() {
        guard case .trial(let asked) = try ExternalStudy(asking, header: header).ask() else {
          Issue.record("there is much to try")
          return
        }
        #expect(asked.id == id)
        try ExternalStudy(asking, header: header).tell(id, told)
      }
      #expect(try checkJournal(asking.journal) == ["header", "claim", "trial", "failure"])
      let status = try StudyStatus(asking.path)
      #expect(status.trials.count == 2 && status.failures.map(\.reason) == ["no memory"])
      #expect(status.state == .idle && status.best?.speedup.rounded() == 1)
      #expect(throws: InputError.self) {
        try ExternalStudy(asking, header: header).tell(1, .failed(""))
      }
      #expect {
        try ExternalStudy(study, header: header)
      } throws: { "\($0)".contains("not by ask and tell") }
    }
  }

  @Test("results in the repository", arguments: repositoryResults)
  func committed(name: String) throws {
    try checkResult(readText("\(repository)/results/\(name).json"), name)
  }

  @Test("an unknown member, and an unknown version, are told apart from what is right")
  func wrong() throws {
    let schema = try JSONSchema(file: "\(Self.directory)/result-2.schema.json")
    let text = StudyResult.example().json.pretty
    for (old, new) in [
      ("result/2", "result/3"), ("\"warnings\"", "\"warning\""), ("\"dtype\"", "\"type\""),
    ] {
      let json = try JSON(parsing: Array(text.replacing(old, with: new).utf8), file: "wrong")
      #expect(!schema.problems(of: json).isEmpty, "\(new)")
    }
    #expect {
      let json = try JSON(
        parsing: Array(text.replacing("result/2", with: "result/3").utf8), file: "new.json")
      _ = try StudyResult(JSONField(json, file: "new.json"))
    } throws: { "\($0)".contains("schema") && "\($0)".contains("result/3") }
  }
}
