import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("How far the last measurements are")
struct FinalsProgressTests {
  @Test("a measurement that its time ends says how many steps it will have, and reaches them")
  func steps() throws {
    try withTemporaryDirectory { directory in
      let bench = SyntheticBench(
        layerCount: 6, hidden: SkipSet(attention: [1, 4], mlp: [2]), bestSpeedup: 1.6)
      var now = 0.0
      bench.onRun = { now += 1 }
      bench.secondsPerPrompt = 1
      var settings = StudySettings.classical
      settings.timeLimit = 300
      settings.trials = 100_000
      settings.optimizer = .random
      var steps: [(done: Int, total: Int)] = []
      let result = try runStudy(
        bench, settings: settings, directory: directory,
        progress: { event in
          if case .validating(let done, let total, _) = event { steps.append((done, total)) }
        }, clock: { now })
      let samples = try #require(result.sets.first?.heldOut?.samples.count)
      #expect(samples >= 4 && samples < 20, "its time ended it")
      #expect(steps.map(\.done) == Array(0...samples))
      #expect(try #require(steps.last).total == samples)
      // Known within two steps from the beginning, and never less than what was done.
      #expect(steps.allSatisfy { abs($0.total - samples) <= 2 && $0.done <= $0.total })
    }
  }

  @Test("without a limit, or with time for all, it has all its steps")
  func all() {
    let now = 10.0
    func steps(_ done: Int, until end: Double?) -> Int {
      let deadline = Deadline(end, clock: { now })
      return FinalsBudget(end: deadline, secondsPerRun: 1, hasRunoff: false, isLimited: true)
        .steps(done, of: 20, seconds: 8, drafts: 3, until: deadline)
    }
    #expect(steps(0, until: nil) == 20 && steps(4, until: 1000) == 20 && steps(20, until: 0) == 20)
    // Two seconds each: one that begins, and two in the four seconds that are left.
    #expect(steps(4, until: 14) == 7 && steps(4, until: 10) == 5 && steps(1, until: 0) == 4)
    // Nothing is done: one and a quarter of plain decoding for each of four runs.
    #expect(steps(0, until: 60) == 11)
  }
}
