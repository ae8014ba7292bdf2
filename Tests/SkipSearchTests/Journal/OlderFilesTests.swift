import DraftEvaluation
import Files
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

/// Tests/Fixtures/golden/version-0.1.0: a search of version 0.1.0 for the reference model
/// (results/reference-20261127T043446Z.json at 48b8e20), cut to its first 14 trials, the first two
/// of the sets measured again, and the first samples of each; its journal had the same header and
/// trials.
@Suite("Files of version 0.1.0")
struct OlderFilesTests {
  private let resultPath = fixture("golden/version-0.1.0/result.json")
  private let journalPath = fixture("golden/version-0.1.0/journal.jsonl")

  @Test("a result is read as a search over skip sets alone, and serves as a skip-set file")
  func result() throws {
    let result = try StudyResult(file: resultPath)
    #expect(result.settings.policy == .classical && !result.settings.stopsEarly)
    #expect(result.trials.count == 14 && result.trials[0].origin.name == "uniform")
    #expect(
      result.trials.allSatisfy { !$0.isLookupAlone && $0.model == DraftModel(skip: $0.model.skip) })
    #expect(result.ablations.isEmpty && result.kinds.isEmpty)
    #expect(result.bound?.canPay == true)
    let best = try #require(result.best)
    #expect(best.trial == 117 && best.calibration.draft.stop.lookup == nil)
    let file = try SkipSetFile.read(
      resultPath, layerCount: 24, fingerprint: result.subject.model.fingerprint)
    #expect(file.model == best.calibration.draft.model && file.stop == best.calibration.draft.stop)
    // Written again it is of this version, and the same.
    let json = result.json
    #expect(try JSONField(json, file: "").required("schema").string() == "skip-search/result/2")
    #expect(try StudyResult(JSONField(json, file: "")) == result)
  }

  @Test("a journal is read, with its costs")
  func journal() throws {
    let content = try JournalContent(journalPath)
    #expect(content.trials.count == 14 && content.notices.isEmpty)
    #expect(content.header.settings.policy == .classical)
    #expect(content.costs == (try StudyResult(file: resultPath).costs))
    #expect(content.trials.map(\.model) == (try StudyResult(file: resultPath)).trials.map(\.model))
  }

  private func resume(
    in directory: String, _ change: (inout StudySettings) -> Void = { _ in }
  ) throws -> (journal: Journal, settings: StudySettings) {
    let path = "\(directory)/old.jsonl"
    try writeAtomically(try readText(journalPath), to: path)
    var header = try JournalContent(path).header
    change(&header.settings)
    return (try Journal.resume(path, header: header), header.settings)
  }

  @Test("a search goes on from its journal with the classical policy")
  func resumed() throws {
    try withTemporaryDirectory { directory in
      let (journal, settings) = try resume(in: directory) { $0.trials = 18 }
      let bench = SyntheticBench(
        layerCount: 24, hidden: KnownSkipSets.uniform(layerCount: 24), bestSpeedup: 1.4,
        costs: try #require(journal.costs))
      let result = try runStudy(
        bench, settings: settings, journal: journal, directory: directory,
        subject: journal.header.subject)
      #expect(result.trials.count == 18)
      #expect(Array(result.trials.prefix(14)) == journal.trials)
      #expect(Set(result.trials.map(\.model)).count == 18)
      #expect(result.trials[14...].allSatisfy { $0.model == DraftModel(skip: $0.model.skip) })
      #expect(result.ablations.isEmpty)
      // The journal that was begun by the older version is one of this version now.
      #expect(try JournalContent("\(directory)/old.jsonl").trials == result.trials)
    }
  }

  @Test("another policy is refused by the option that differs")
  func otherPolicy() throws {
    let changes: [(String, String, (inout DraftPolicy) -> Void)] = [
      ("--draft-weights model", "auto", { $0.weights = .auto }),
      ("--draft-weights model", "4", { $0.weights = .fourBits }),
      ("--draft-vocabulary full", "512", { $0.vocabulary = .size(512) }),
      ("--lookup off", "auto", { $0.lookup = .auto }),
      ("--lookup off", "3", { $0.lookup = .least(3) }),
    ]
    try withTemporaryDirectory { directory in
      for (old, new, change) in changes {
        #expect {
          try resume(in: directory) { change(&$0.policy) }
        } throws: { error in
          let text = "\(error)"
          return text.contains("give \(old), or start") && text.contains("this search has \(new);")
        }
      }
    }
  }
}
