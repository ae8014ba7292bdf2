import Inference
import Testing

@testable import DraftEvaluation

@Suite struct AcceptanceErrorTests {
  private func evaluation(_ counts: [(prompt: Int, drafted: Int, accepted: Int)]) -> Evaluation {
    Evaluation(
      draft: Draft(model: .full, stop: StopRule()),
      samples: counts.map {
        DecodingSample(
          prompt: $0.prompt, tokenCount: 2, plainSeconds: 1, speculativeSeconds: 1,
          draftingSeconds: 0, draftTokenCount: $0.drafted, acceptedDraftTokenCount: $0.accepted,
          targetModelCallCount: 1)
      }, seconds: 0)
  }

  @Test func `With as many drafts for each prompt it is the standard error of their mean`() throws {
    // Rates 0.2, 0.4, 0.9: mean 0.5, squared deviations 0.09 + 0.01 + 0.16; SE² = 0.26 / (2 · 3).
    let error = try #require(
      evaluation([(0, 10, 2), (1, 10, 4), (2, 10, 9)]).acceptanceRateStandardError)
    #expect(abs(error - (0.26 / 6).squareRoot()) < 1e-12)
  }

  @Test func `A prompt counts by its drafts, all its repetitions together`() throws {
    // Without prompt 0: 5/10; without prompt 1: 6/30. Two units: SE = |difference| / 2.
    let error = try #require(
      evaluation([(0, 5, 2), (1, 10, 5), (0, 25, 4)]).acceptanceRateStandardError)
    #expect(abs(error - 0.15) < 1e-12)
  }

  @Test func `One prompt, or one that drafted, gives no error`() {
    #expect(evaluation([(0, 10, 2), (0, 10, 5)]).acceptanceRateStandardError == nil)
    #expect(evaluation([(0, 10, 2), (1, 0, 0)]).acceptanceRateStandardError == nil)
    #expect(evaluation([]).acceptanceRateStandardError == nil)
  }
}
