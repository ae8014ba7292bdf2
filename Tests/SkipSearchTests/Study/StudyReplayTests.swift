import BayesianOptimization
import DraftEvaluation
import EvaluationTestSupport
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("A study by replay")
struct StudyReplayTests {
  private func run(
    _ costs: CostModel, force: Bool = false, directory: String,
    change: (SyntheticBench) -> Void = { _ in }
  ) throws -> (result: StudyResult, journal: JournalContent, events: [String]) {
    let bench = SyntheticBench(
      layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
      costs: costs)
    change(bench)
    var settings = StudySettings.classical
    settings.trials = 20
    settings.force = force
    let journal = try Journal.create(
      in: directory, header: JournalHeader(subject: .test(layerCount: 5), settings: settings))
    var events: [String] = []
    let result = try runStudy(
      bench, settings: settings, journal: journal, directory: directory,
      progress: { if case .bound(let bound) = $0 { events.append("\(bound.canPay)") } })
    return (result, try JournalContent(journal.path), events)
  }

  @Test("the costs are in the journal and the result, and the bound is told before the first trial")
  func costs() throws {
    try withTemporaryDirectory { directory in
      let costs = CostModel.test(layerCount: 5)
      let (result, journal, events) = try run(costs, directory: directory)
      #expect(events == ["true"])
      #expect(journal.costs == costs && journal.trials.count == 20)
      #expect(result.costs == costs && result.bound == SpeedupBound(costs, .classical, maximum: 8))
      let best = try #require(result.best)
      #expect(best.replay != nil)
      #expect(best.calibration.draft.stop == StopRule(maximum: 3, criterion: .confidence(0.7)))
      #expect(result.warnings.isEmpty)
    }
  }

  @Test("where nothing can pay the study says so and stops, unless it is forced to go on")
  func nothingPays() throws {
    try withTemporaryDirectory { directory in
      // A row costs what a token costs.
      let costs = CostModel.test(layerCount: 5, row: 1)
      let (result, _, events) = try run(costs, directory: directory)
      #expect(events == ["false"])
      #expect(result.trials.isEmpty && result.best == nil && !result.isInterrupted)
      #expect(result.warnings.contains { $0.contains("no draft can pay on this machine") })
      let forced = try run(costs, force: true, directory: directory).result
      #expect(forced.trials.count == 20)
    }
  }

  @Test("decoding that is slower than the replay, or counts otherwise, is a warning")
  func disagreement() throws {
    try withTemporaryDirectory { directory in
      let costs = CostModel.test(layerCount: 5)
      let slow = try run(costs, directory: directory) { $0.slowdown = 1.3 }.result
      #expect(slow.warnings.contains { $0.contains("0.77 times the speedup") })
      #expect(!slow.warnings.contains { $0.contains("internal error") })
      let wrong = try run(costs, directory: directory) { $0.miscounts = true }.result
      #expect(wrong.warnings.contains { $0.contains("internal error") })
    }
  }

  @Test("a journal with costs is not resumed on another machine or with other threads")
  func otherMachine() throws {
    try withTemporaryDirectory { directory in
      var subject = StudySubject.test(layerCount: 5)
      let settings = StudySettings.classical
      let path: String
      do {
        let journal = try Journal.create(
          in: directory, header: JournalHeader(subject: subject, settings: settings))
        try journal.append(CostModel.test(layerCount: 5))
        path = journal.path
      }
      #expect(
        try Journal.resume(
          path, header: JournalHeader(subject: subject, settings: settings)
        ).costs == CostModel.test(layerCount: 5))
      subject.machine.threads = 3
      #expect {
        try Journal.resume(
          path, header: JournalHeader(subject: subject, settings: settings))
      } throws: { "\($0)".contains("give --threads 2") }
      subject.machine.threads = 2
      subject.machine.cpu = "Other"
      #expect {
        try Journal.resume(
          path, header: JournalHeader(subject: subject, settings: settings))
      } throws: { "\($0)".contains("another machine") }
    }
  }

  private func settings(_ change: (inout StudySettings) -> Void) -> StudySettings {
    var settings = StudySettings.classical
    settings.trials = 20
    settings.seed = 3
    change(&settings)
    return settings
  }

  private func search(
    _ settings: StudySettings, directory: String, journal: Journal? = nil
  ) throws -> (result: StudyResult, evaluated: [DraftModel]) {
    let bench = SyntheticBench(
      layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
      costs: .test(layerCount: 5))
    let result = try runStudy(
      bench, settings: settings, journal: journal, runoff: false, directory: directory)
    return (result, bench.evaluated)
  }

  @Test("every optimiser searches; enqueued sets come first; what is frozen is never skipped")
  func optimisers() throws {
    try withTemporaryDirectory { directory in
      let enqueued = SkipSet(attention: [2, 3], mlp: [2])
      for kind in OptimizerKind.allCases {
        let (result, evaluated) = try search(
          settings {
            $0.optimizer = kind
            $0.enqueued = [enqueued]
            $0.frozen = SkipSet(attention: [3], mlp: [0])
          }, directory: directory)
        #expect(result.trials.count == 20)
        #expect(Set(result.trials.map(\.evaluation.draft.model.skip)).count == 20)
        #expect(evaluated.first?.skip == SkipSet(attention: [2], mlp: [2]))
        #expect(result.trials[0].origin.name == "enqueued")
        #expect(evaluated.allSatisfy { !$0.skip.attention.contains(3) && !$0.skip.mlp.contains(0) })
        #expect(result.uniform != nil)
        #expect(result.importances.count == (kind == .gp ? 10 : 0))
        #expect(result.screen?.count == 10)
        #expect(try StudyResult(JSONField(result.json, file: "r")) == result)
      }
    }
  }

  @Test("a search that may end early says why it did")
  func stopping() throws {
    try withTemporaryDirectory { directory in
      let result = try search(
        settings {
          $0.trials = 400
          $0.stopsEarly = true
        }, directory: directory
      ).result
      #expect(result.trials.count < 400)
      // Because little is left to gain, or little is expected of the next trials.
      let reason = try #require(result.warnings.first { $0.contains("the search ended after") })
      #expect(
        reason.contains("the best of all drafts is believed")
          || reason.contains("the best expected improvement was below"))
      #expect(!result.warnings.contains { $0.contains("interrupted") })
    }
  }

  @Test("a search that was killed stops after as many trials as one that was not")
  func stoppingResumed() throws {
    try withTemporaryDirectory { directory in
      let settings = settings {
        $0.trials = 400
        $0.stopsEarly = true
      }
      let whole = try search(settings, directory: directory).result
      let count = whole.trials.count
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: directory).first {
          $0.hasSuffix(".jsonl")
        })
      let lines = String(decoding: try readFile("\(directory)/\(name)"), as: UTF8.self)
        .split(separator: "\n")
      let improvements = whole.trials.count { $0.predicted?.expectedImprovement != nil }
      #expect(improvements >= 4)
      // Killed within the last five proposals that were judged, and after the last.
      for missing in [0, 1, 3, 6] {
        let path = "\(directory)/cut-\(missing).jsonl"
        let kept = lines.dropLast(missing).joined(separator: "\n") + "\n"
        try writeAtomically(kept, to: path)
        let journal = try Journal.resume(
          path,
          header: JournalHeader(subject: StudySubject.test(layerCount: 5), settings: settings))
        let resumed = try search(settings, directory: directory, journal: journal).result
        #expect(resumed.trials.count == count)
      }
    }
  }

  @Test("the screen puts what is harmless to skip first; the importances tell the two apart")
  func importances() throws {
    try withTemporaryDirectory { directory in
      let result = try search(settings { $0.trials = 60 }, directory: directory).result
      #expect(result.trials.contains { $0.origin == .design })
      let hidden = SkipSet(attention: [1, 4], mlp: [0, 2])
      let (harmless, harmful) = result.importances.reduce(into: ([Double](), [Double]())) {
        let layers = $1.isAttention ? hidden.attention : hidden.mlp
        if layers.contains($1.layer) { $0.0.append($1.harm) } else { $0.1.append($1.harm) }
      }
      #expect((harmless.max() ?? 1) < (harmful.min() ?? 0))
    }
  }
}
