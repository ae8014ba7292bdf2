import DraftEvaluation
import Files
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Trials that fail")
struct FailedTrialTests {
  /// A bench whose evaluations fail where it is told to.
  private final class Failing: Bench {
    let bench: SyntheticBench
    let fails: (DraftModel, Int) -> Bool
    var attempts: [DraftModel] = []
    var baseline: Baseline { bench.baseline }
    var costs: CostModel? { bench.costs }
    var choices: DraftChoices { bench.choices }

    init(_ bench: SyntheticBench, fails: @escaping (DraftModel, Int) -> Bool) {
      self.bench = bench
      self.fails = fails
    }

    func screen(
      _ models: [DraftModel], until stop: StopSignal
    ) throws(EvaluationError) -> [Double]? { try bench.screen(models, until: stop) }

    func evaluateLookup(until stop: StopSignal) throws(EvaluationError) -> TrialOutcome? {
      try bench.evaluateLookup(until: stop)
    }

    func evaluate(
      _ model: DraftModel, against incumbent: Evaluation?, until stop: StopSignal
    ) throws(EvaluationError) -> TrialOutcome {
      attempts.append(model)
      if fails(model, attempts.count) {
        throw .generation(prompt: "prompt 7", .promptTooLong(tokens: 9, capacity: 8))
      }
      return try bench.evaluate(model, against: incumbent, until: stop)
    }

    func settle(
      _ evaluation: Evaluation, until stop: StopSignal, trying budget: StopSignal,
      progress: (_ done: Int, _ total: Int) -> Void
    ) throws(EvaluationError) -> Settlement {
      try bench.settle(evaluation, until: stop, trying: budget, progress: progress)
    }
  }

  private func settings(_ trials: Int) -> StudySettings {
    var settings = StudySettings.classical
    (settings.trials, settings.seed, settings.stopsEarly) = (trials, 5, false)
    return settings
  }

  private func run(
    _ journal: Journal, _ settings: StudySettings, fails: @escaping (DraftModel, Int) -> Bool
  ) throws -> (result: StudyResult, attempts: [DraftModel]) {
    let (outcome, attempts) = try part(journal, settings, fails: fails)
    guard case .result(let result) = outcome else { throw NoResult() }
    return (result, attempts)
  }

  private func part(
    _ journal: Journal, _ settings: StudySettings, fails: @escaping (DraftModel, Int) -> Bool
  ) throws -> (outcome: StudyOutcome, attempts: [DraftModel]) {
    let bench = SyntheticBench(
      layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
      costs: .mixed(layerCount: 5))
    let failing = Failing(bench, fails: fails)
    let maker = bench.maker(settings)
    let study = Study(
      subject: .test(layerCount: 5), settings: settings, journal: journal,
      benches: { costs, stop throws(EvaluationError) in
        let benches = try maker(costs, stop)
        return Benches(trials: failing, runoff: benches.runoff, heldOut: benches.heldOut)
      })
    return (try study.run(), failing.attempts)
  }

  private func header(_ settings: StudySettings) -> JournalHeader {
    JournalHeader(subject: .test(layerCount: 5), settings: settings)
  }

  private func failures(_ path: String) throws -> [TrialFailure] {
    try JournalContent(path).entries.compactMap {
      if case .failure(let failure, _) = $0 { failure } else { nil }
    }
  }

  @Test("they are recorded with their reason, count for nothing, and are run once more only")
  func recorded() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(16)
      let journal = try Journal.create(in: directory, header: header(settings))
      let (result, attempts) = try run(journal, settings) { model, _ in Self.fails(model) }
      #expect(result.trials.count == 16)
      let failed = attempts.filter(Self.fails)
      try #require(failed.count > 2)
      #expect(attempts.count == 16 + failed.count)
      for model in Set(attempts) {
        // The last to fail may find no trial after it.
        let most = Self.fails(model) ? 1...2 : 1...1
        #expect(most.contains(attempts.count { $0 == model }))
      }
      #expect(failed.count > Set(failed).count)
      #expect(!result.trials.contains { failed.contains($0.model) })
      let words = "\(Set(failed).count) trials failed, the first because: prompt 7: "
      #expect(result.warnings.count { $0.hasPrefix(words) } == 1, "\(result.warnings)")
      let failures = try failures(journal.path)
      #expect(failures.allSatisfy { $0.reason.hasPrefix("prompt 7: ") && $0.worker == nil })
      #expect(failures.map { $0.plan.model?.skip } == failed.map { $0.skip })
      #expect(try StudyStatus(journal.path).failures.count == Set(failed).count)
    }
  }

  /// Some drafts.
  private static func fails(_ model: DraftModel) -> Bool {
    (5 * model.skip.attention.count + 3 * model.skip.mlp.count) % 7 == 1
  }

  @Test("what failed once is run again after the next trial, and then counts as any")
  func again() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(12)
      let journal = try Journal.create(in: directory, header: header(settings))
      let (result, attempts) = try run(journal, settings) { $1 == 4 }
      #expect(result.trials.count == 12 && attempts.count == 13)
      #expect(attempts[3] == attempts[5] && Set(attempts).count == 12)
      #expect(result.trials[4].model == attempts[3])
      #expect(result.warnings.contains { $0.hasSuffix("; 1 of 1 gave a result when run again") })
      #expect(try StudyStatus(journal.path).failures.isEmpty)
    }
  }

  @Test("a worker that only fails leaves, and another one runs what failed there")
  func brokenWorker() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(12)
      func join() throws -> Journal {
        let study = StudyDirectory(directory)
        let worker = try Worker(
          in: study.workers, machine: StudySubject.test(layerCount: 5).machine)
        return try Journal.join(study, header: header(settings), worker: worker)
      }
      let healthy = try join()
      let broken = try join()
      let (outcome, attempts) = try part(broken, settings) { $1 > 4 }
      guard case .failed(nil, .evaluation(let error)) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect("\(error)".hasPrefix("prompt 7: ") && attempts.count == 7)
      let failures = try failures(healthy.path)
      #expect(failures.map(\.worker) == Array(repeating: broken.worker?.name, count: 3))
      #expect(try StudyStatus(directory).failures == failures)
      let (result, rest) = try run(healthy, settings) { _, _ in false }
      #expect(result.trials.count == 12 && rest.count == 8)
      #expect(Set(rest).isSuperset(of: attempts.suffix(3)))
      #expect(result.warnings.contains { $0.hasPrefix("3 trials failed, the first because: ") })
      #expect(try StudyStatus(directory).failures.isEmpty)
    }
  }

  @Test("resumed, a search knows what failed and proposes what it would have proposed")
  func resumed() throws {
    try withTemporaryDirectory { directory in
      let long = settings(20)
      let whole = try run(try Journal.create(in: directory, header: header(long)), long) {
        model, _ in Self.fails(model)
      }
      let short = settings(9)
      let journal = try Journal.create(in: directory, header: header(short))
      let path = journal.path
      let part = try run(consume journal, short) { model, _ in Self.fails(model) }
      let again = try run(try Journal.resume(path, header: header(long)), long) { model, _ in
        Self.fails(model)
      }
      #expect(whole.attempts.contains(where: Self.fails))
      #expect(part.attempts + again.attempts == whole.attempts)
      #expect(again.result.trials.map(\.model) == whole.result.trials.map(\.model))
    }
  }

  @Test("three in a row end the study with the result of what was found, and it can go on")
  func threeInARow() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(10)
      let journal = try Journal.create(in: directory, header: header(settings))
      let path = journal.path
      let (outcome, attempts) = try part(consume journal, settings) { $1 > 4 }
      guard case .failed(let found?, .evaluation(let error)) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect("\(error)".hasPrefix("prompt 7: ") && attempts.count == 7)
      #expect(found.isInterrupted && found.trials.count == 4)
      #expect(found.warnings.contains { $0.contains("4 of 10 trials, when 3 failed in a row: ") })
      let content = try JournalContent(path)
      #expect(content.trials.count == 4 && content.entries.count == 8)
      let again = try run(try Journal.resume(path, header: header(settings)), settings) { _, _ in
        false
      }
      #expect(again.result.trials.count == 10)
      #expect(Set(again.attempts).isSuperset(of: attempts.suffix(3)))
    }
  }
}
