import DraftEvaluation
import StudyTestSupport
import Testing

@testable import SkipSearch

@Suite("Ranking")
struct RankingTests {
  @Test("a set whose interval reaches 1 is not best, and sets without held-out figures come last")
  func ranking() {
    let result = StudyResult.example(heldOutSpeedup: 1.005)
    // Uniform skipping is measurably faster, so it is the best there is.
    #expect(result.best?.trial == 0)
    // The order is that of the prompts of the search.
    #expect(result.sets.map(\.trial) == [1, 0])
    var alone = result
    alone.sets.removeLast()
    #expect(alone.best == nil)
    // Without held-out figures the search's own decide.
    alone.sets[0].heldOut = nil
    #expect(alone.best?.trial == 1)
    // Equal in acceptance and draft cost, the second trial is not on the front.
    let measured = [
      Ranking.Finalist(
        trial: 0, calibration: result.trials[0].evaluation, heldOut: result.trials[0].evaluation)
    ]
    #expect(Ranking.entries(result.trials, finalists: measured).map(\.trial) == [0])
    // With a higher acceptance it is, though nobody measured it again.
    var trials = result.trials
    trials[1].evaluation.samples[0].acceptedDraftTokenCount += 1
    let both = Ranking.entries(trials, finalists: measured)
    #expect(both.map(\.trial) == [0, 1] && both.map(\.rank) == [1, 2])
    #expect(both.last?.heldOut == nil)
  }
}
