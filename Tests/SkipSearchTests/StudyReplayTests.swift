import DraftEvaluation
import Files
import Foundation
import Inference
import TestSupport
import Testing

@testable import SkipSearch

/// A `SyntheticEvaluator` that says what passes cost.
private final class SyntheticCompleteEvaluator: CompleteEvaluator, Validator {
  let base: SyntheticEvaluator
  private(set) var costs: CostModel?
  private let known: CostModel
  /// What real decoding of the best few is slower by than their replay.
  var slowdown = 1.0
  /// Whether decoding counts another draft than the replay.
  var miscounts = false

  init(_ base: SyntheticEvaluator, costs: CostModel) {
    self.base = base
    known = costs
  }

  func baseline(
    repetitions: Int, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Baseline {
    costs = known
    return try base.baseline(repetitions: 1, isStopped: isStopped)
  }

  func evaluate(
    _ candidate: Draft, incumbent: Evaluation?, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    try base.evaluate(candidate, incumbent: incumbent, isStopped: isStopped)
  }

  func screen(
    layerCount: Int, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> [Double] {
    // What the hidden set skips is harmless, the rest is not.
    base.hidden.bits(layerCount: layerCount).ones.reduce(
      into: Array(repeating: 1.0, count: 2 * layerCount)
    ) { $0[$1] = 0.1 }
  }

  func evaluateCompletely(
    _ skip: SkipSet, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    var evaluation = try base.evaluate(
      Draft(skip: skip, stop: StopRule(maximum: 3, criterion: .confidence(0.7))),
      incumbent: nil, isStopped: isStopped)
    evaluation.seconds = 2
    return evaluation
  }

  func validate(
    _ candidates: [Draft], repetitions: Int, isStopped: @escaping () -> Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    var evaluations: [Evaluation] = []
    for candidate in candidates {
      var evaluation = try base.evaluate(candidate, incumbent: nil, isStopped: isStopped)
      for index in evaluation.samples.indices {
        evaluation.samples[index].speculativeSeconds *= slowdown
        evaluation.samples[index].isPlainMeasured = true
        if miscounts { evaluation.samples[index].draftTokenCount += 1 }
      }
      evaluations.append(evaluation)
    }
    return evaluations
  }
}

extension CostModel {
  /// Plain tokens of 1 ms; draft steps of their share; a verification's rows cost `row` ms each
  /// beyond the first.
  static func test(layerCount: Int, row: Double = 0.1, head: Double = 0.1) -> CostModel {
    let each = (1 - head) / Double(2 * layerCount) * 1e-3
    let step = DraftStep(coefficients: [head * 1e-3, each, each, 0, 0], cachedBytes: 1e6)
    return CostModel(
      layerCount: layerCount, plain: 1e-3, plainContext: 0, firstStep: step, laterStep: step,
      attentionBytes: 1000, mlpBytes: 2000,
      verification: (0..<9).map { 1e-3 * (1 + row * Double($0)) },
      verificationContext: 0,
      residuals: Residuals(plain: 0.01, draft: 0.02, verification: 0.01, passes: 500),
      meanContext: 60)
  }
}

@Suite("A study by replay")
struct StudyReplayTests {
  private func run(
    _ costs: CostModel, force: Bool = false, directory: String,
    change: (SyntheticCompleteEvaluator) -> Void = { _ in }
  ) throws -> (result: StudyResult, journal: JournalContent, events: [String]) {
    let base = SyntheticEvaluator(
      layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5)
    let evaluator = SyntheticCompleteEvaluator(base, costs: costs)
    change(evaluator)
    var settings = StudySettings()
    settings.trials = 20
    settings.force = force
    let subject = StudySubject.test(layerCount: 5)
    let journal = try Journal.create(
      in: directory, header: JournalHeader(subject: subject, settings: settings))
    var events: [String] = []
    var study = Study(
      subject: subject, settings: settings, evaluator: evaluator, runoff: evaluator,
      validator: base, journal: journal,
      progress: { if case .bound(let bound) = $0 { events.append("\(bound.canPay)") } })
    let result = try study.run()
    return (result, try JournalContent(journal.path), events)
  }

  @Test("the costs are in the journal and the result, and the bound is told before the first trial")
  func costs() throws {
    try withTemporaryDirectory { directory in
      let costs = CostModel.test(layerCount: 5)
      let (result, journal, events) = try run(costs, directory: directory)
      #expect(events == ["true"])
      #expect(journal.costs == costs && journal.trials.count == 20)
      #expect(result.costs == costs && result.bound == SpeedupBound(costs, maximum: 8))
      let best = try #require(result.best)
      #expect(best.replay != nil)
      #expect(best.calibration.draft.stop == StopRule(maximum: 3, criterion: .confidence(0.7)))
      #expect(result.warnings.isEmpty)
      let text = result.summary(path: "r.json")
      #expect(text.contains("The bound on this machine"))
      #expect(text.contains("Replay expects"))
      for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
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
      #expect(result.warnings.contains { $0.contains("no skip set can pay on this machine") })
      #expect(result.summary(path: "r.json").contains("none can pay on this machine"))
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
      let settings = StudySettings()
      let journal = try Journal.create(
        in: directory, header: JournalHeader(subject: subject, settings: settings))
      try journal.append(CostModel.test(layerCount: 5))
      #expect(
        try Journal.resume(
          journal.path, header: JournalHeader(subject: subject, settings: settings)
        ).costs == CostModel.test(layerCount: 5))
      subject.machine.threads = 3
      #expect {
        try Journal.resume(
          journal.path, header: JournalHeader(subject: subject, settings: settings))
      } throws: { "\($0)".contains("give --threads 2") }
      subject.machine.threads = 2
      subject.machine.cpu = "Other"
      #expect {
        try Journal.resume(
          journal.path, header: JournalHeader(subject: subject, settings: settings))
      } throws: { "\($0)".contains("another machine") }
    }
  }

  private func settings(_ change: (inout StudySettings) -> Void) -> StudySettings {
    var settings = StudySettings()
    settings.trials = 20
    settings.seed = 3
    change(&settings)
    return settings
  }

  private func search(
    _ settings: StudySettings, directory: String, journal: Journal? = nil
  ) throws -> (result: StudyResult, evaluated: [SkipSet]) {
    let base = SyntheticEvaluator(
      layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5)
    let subject = StudySubject.test(layerCount: 5)
    var study = Study(
      subject: subject, settings: settings,
      evaluator: SyntheticCompleteEvaluator(base, costs: .test(layerCount: 5)), runoff: nil,
      validator: base,
      journal: try journal
        ?? Journal.create(
          in: directory, header: JournalHeader(subject: subject, settings: settings)))
    return (try study.run(), base.evaluated)
  }

  @Test("every optimiser searches; enqueued sets come first; what is frozen is never skipped")
  func optimisers() throws {
    try withTemporaryDirectory { directory in
      let enqueued = SkipSet(attention: [2, 3], mlp: [2])
      for kind in OptimiserKind.allCases {
        let (result, evaluated) = try search(
          settings {
            $0.optimiser = kind
            $0.enqueued = [enqueued]
            $0.frozen = SkipSet(attention: [3], mlp: [0])
          }, directory: directory)
        #expect(result.trials.count == 20)
        #expect(Set(result.trials.map(\.evaluation.draft.model.skip)).count == 20)
        #expect(evaluated.first == SkipSet(attention: [2], mlp: [2]))
        #expect(result.trials[0].origin == "enqueued")
        #expect(evaluated.allSatisfy { !$0.attention.contains(3) && !$0.mlp.contains(0) })
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
      #expect(result.warnings.contains { $0.contains("the best expected improvement was below") })
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
      #expect(result.trials.contains { $0.origin == "design" })
      let hidden = SkipSet(attention: [1, 4], mlp: [0, 2])
      let (harmless, harmful) = result.importances.reduce(into: ([Double](), [Double]())) {
        let layers = $1.isAttention ? hidden.attention : hidden.mlp
        if layers.contains($1.layer) { $0.0.append($1.harm) } else { $0.1.append($1.harm) }
      }
      #expect((harmless.max() ?? 1) < (harmful.min() ?? 0))
    }
  }

  @Test(
    "sub-layers are named one by one",
    arguments: [
      ("attn:0,mlp:0,mlp:23", SkipSet(attention: [0], mlp: [0, 23])),
      ("attention:3", SkipSet(attention: [3], mlp: [])),
    ])
  func list(text: String, set: SkipSet) {
    #expect(SkipSet(list: text) == set)
  }

  @Test("anything else is no list", arguments: ["", "attn", "attn:", "attn:-1", "mlp:1,", "x:1"])
  func noList(text: String) {
    #expect(SkipSet(list: text) == nil)
  }
}
