import DraftEvaluation
import EvaluationTestSupport
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("The time that a study takes")
struct StudyTimeTests {
  /// What a study took by a clock that only decoding and replaying prompts moves.
  private struct Timing {
    let result: StudyResult
    let total: Double
    /// Of the measurements after the search.
    let finals: Double
  }

  private func time(
    limit: Double?, run: Double, replays: Bool, trials: Int = 100_000, policy: DraftPolicy
  ) throws -> Timing {
    try withTemporaryDirectory { directory in
      let bench = SyntheticBench(
        layerCount: 6, hidden: SkipSet(attention: [1, 4], mlp: [2]), bestSpeedup: 1.6,
        costs: replays ? .test(layerCount: 6) : nil)
      var now = 0.0
      bench.onRun = { now += run }
      bench.secondsPerPrompt = run
      // Few trials, so that the test is soon over.
      bench.runsPerTrialPrompt = max(1, Int(1 / run))
      var settings = StudySettings.classical
      settings.policy = policy
      settings.timeLimit = limit
      settings.trials = trials
      settings.optimizer = .random
      var end: Double?
      let result = try runStudy(
        bench, settings: settings, directory: directory,
        progress: { event in
          switch event {
          case .trial: end = nil
          case .settling, .remeasuring, .validating: end = end ?? now
          default: break
          }
        }, clock: { now })
      return Timing(result: result, total: now, finals: now - (end ?? now))
    }
  }

  @Test(
    "a time limit is kept, however long a run takes, and the end has a quarter of it",
    arguments: [0.1, 2.5, 7], [true, false])
  func limit(run: Double, replays: Bool) throws {
    for policy in [DraftPolicy.classical, DraftPolicy()] {
      let limit = 400.0
      let timing = try time(limit: limit, run: run, replays: replays, policy: policy)
      #expect(timing.total <= 1.05 * limit, "\(timing.total) s")
      #expect(timing.finals <= 0.25 * 1.05 * limit, "\(timing.finals) s")
      let result = timing.result
      #expect(result.trials.count >= 1 && !result.isInterrupted)
      #expect(result.warnings.contains { $0.contains("the time limit ended the search after") })
      // Something is known of the best in any case.
      let heldOut = try #require(result.sets.first?.heldOut)
      #expect(heldOut.promptCount >= 4)
      if run < 1 {
        #expect(heldOut.samples.count >= 18)
        #expect(result.ablations.isEmpty == (policy == .classical))
        #expect(!result.warnings.contains { $0.contains("no time to measure") })
      }
      if run > 5 {
        #expect(
          result.warnings.contains {
            $0.contains("there was no time to measure more than") || $0.contains("held-out prompts")
          })
      }
    }
  }

  @Test("a time limit that measuring plain decoding takes is said so")
  func shorterThanBaseline() throws {
    try withTemporaryDirectory { directory in
      let bench = SyntheticBench(
        layerCount: 5, hidden: SkipSet(attention: [1], mlp: [2]), bestSpeedup: 1.5)
      var settings = StudySettings.classical
      settings.timeLimit = 5
      var now = 0.0
      let journal = try Journal.create(
        in: directory, header: JournalHeader(subject: .test(layerCount: 5), settings: settings))
      let maker = bench.maker(settings)
      let study = Study(
        subject: .test(layerCount: 5), settings: settings, journal: journal,
        benches: { costs, stop throws(EvaluationError) in
          now += 6
          try stop.check()
          return try maker(costs, stop)
        }, interruption: .never, progress: { _ in }, clock: { now })
      #expect { try study.run() } throws: {
        "\($0)".hasPrefix("the time limit of 5 s is shorter than measuring plain decoding takes")
      }
    }
  }

  @Test("without a time limit the end takes a quarter of the whole too", arguments: [24, 48])
  func unlimited(trials: Int) throws {
    for policy in [DraftPolicy.classical, DraftPolicy()] {
      let timing = try time(limit: nil, run: 0.4, replays: true, trials: trials, policy: policy)
      #expect(timing.result.trials.count == trials)
      #expect(timing.finals <= 0.26 * timing.total, "\(timing.finals) of \(timing.total) s")
      #expect(timing.result.sets.first?.heldOut != nil)
    }
    // A short search has some seconds all the same: enough for all, where runs are short.
    let short = try time(limit: nil, run: 0.01, replays: false, trials: 2, policy: DraftPolicy())
    #expect(short.result.sets.first?.heldOut?.samples.count == 20)
    #expect(short.finals <= 10)
  }

  @Test("a schedule keeps a quarter, and what a journal's trials took counts")
  func schedule() throws {
    var now = 100.0
    let limited = StudySchedule(start: 100, limit: 60, clock: { now })
    #expect(limited.searchEnd.remaining == 45 && limited.end.remaining == 60)
    now = 130
    // The search ended early: 30 s of search, 10 s for the end.
    #expect(limited.finalsEnd(journalSeconds: 0).remaining == 10)
    #expect(limited.finalsEnd(journalSeconds: 15).remaining == 15)
    now = 155
    #expect(limited.finalsEnd(journalSeconds: 0).remaining == 5)
    #expect(limited.searchEnd.isPassed && !limited.end.isPassed)
    let free = StudySchedule(start: 100, limit: nil, clock: { now })
    #expect(free.searchEnd.remaining == nil && !free.searchEnd.isPassed)
    #expect(free.finalsEnd(journalSeconds: 5).remaining == 20)
    #expect(
      free.finalsEnd(journalSeconds: 300).remaining.map { abs($0 - 355.0 / 3) < 1e-9 } == true)
    now = 101
    #expect(free.finalsEnd(journalSeconds: 0).remaining == 10)
    #expect(free.settlingEnd(Deadline(111, clock: { now })).remaining == 2.5)
  }
}
