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
    return (try outcome(of: study), failing.attempts)
  }

  private func header(_ settings: StudySettings) -> JournalHeader {
    JournalHeader(subject: .test(layerCount: 5), settings: settings)
  }

  @Test("they are recorded with their reason, count for nothing, and are not tried again")
  func recorded() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(16)
      let journal = try Journal.create(in: directory, header: header(settings))
      // Every fourth one.
      let (result, attempts) = try run(journal, settings) { $1 % 4 == 0 }
      #expect(result.trials.count == 16)
      #expect(Set(attempts).count == attempts.count)
      #expect(attempts.count == 16 + attempts.count / 4)
      let failed = stride(from: 3, to: attempts.count, by: 4).map { attempts[$0] }
      #expect(!result.trials.contains { failed.contains($0.model) })
      #expect(result.warnings.count { $0.contains("a trial failed") } == failed.count)
      let content = try JournalContent(journal.path)
      let failures = content.entries.compactMap {
        if case .failure(let failure, nil) = $0 { failure } else { nil }
      }
      #expect(failures.count == failed.count)
      #expect(failures.allSatisfy { $0.reason.hasPrefix("prompt 7: ") })
      #expect(failures.map { $0.plan.model?.skip } == failed.map { $0.skip })
    }
  }

  @Test("resumed, a search knows what failed and proposes what it would have proposed")
  func resumed() throws {
    try withTemporaryDirectory { directory in
      func fails(_ model: DraftModel) -> Bool {
        (5 * model.skip.attention.count + 3 * model.skip.mlp.count) % 7 == 1
      }
      let long = settings(20)
      let whole = try run(try Journal.create(in: directory, header: header(long)), long) {
        model, _ in fails(model)
      }
      let short = settings(9)
      let journal = try Journal.create(in: directory, header: header(short))
      let path = journal.path
      let part = try run(consume journal, short) { model, _ in fails(model) }
      let again = try run(try Journal.resume(path, header: header(long)), long) { model, _ in
        fails(model)
      }
      #expect(whole.attempts.contains(where: fails))
      #expect(part.attempts + again.attempts == whole.attempts)
      #expect(again.result.trials.map(\.model) == whole.result.trials.map(\.model))
    }
  }

  @Test("three in a row end the study; the journal keeps all, and it can go on")
  func threeInARow() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(10)
      let journal = try Journal.create(in: directory, header: header(settings))
      let path = journal.path
      var attempts = 0
      #expect {
        try run(journal, settings) { _, count in
          attempts = count
          return count > 4
        }
      } throws: { "\($0)".hasPrefix("prompt 7: ") }
      #expect(attempts == 7)
      let content = try JournalContent(path)
      #expect(content.trials.count == 4 && content.entries.count == 8)
    }
  }
}
