import Foundation
import Testing

@testable import DraftEvaluation

@Suite("Figures kind by kind")
struct KindFiguresTests {
  private func sample(
    _ prompt: Int, plain: Double, speculative: Double, drafted: Int = 10, accepted: Int = 5,
    repetition: Int = 0
  ) -> DecodingSample {
    DecodingSample(
      prompt: prompt, repetition: repetition, tokenCount: 20, plainSeconds: plain,
      speculativeSeconds: speculative, draftingSeconds: 0, draftTokenCount: drafted,
      acceptedDraftTokenCount: accepted, targetModelCallCount: 10)
  }

  @Test("each kind has the figures of its own samples, in the order of the prompts")
  func groups() throws {
    let kinds = ["edit", nil, "edit", "summary", "edit", nil]
    let samples = [
      sample(3, plain: 4, speculative: 5, drafted: 0, accepted: 0),
      sample(0, plain: 2, speculative: 1, drafted: 8, accepted: 8),
      sample(1, plain: 3, speculative: 3, drafted: 4, accepted: 1),
      sample(2, plain: 3, speculative: 1, drafted: 8, accepted: 4),
      sample(4, plain: 4, speculative: 1.5, drafted: 4, accepted: 3),
      sample(5, plain: 1, speculative: 2, drafted: 4, accepted: 1),
      sample(5, plain: 1, speculative: 1, drafted: 4, accepted: 1, repetition: 1),
    ]
    let figures = KindFigures.byKind(samples, kinds: kinds)
    #expect(figures.map(\.kind) == ["edit", nil, "summary"])
    #expect(figures.map(\.promptCount) == [3, 2, 1])
    #expect(figures.map(\.acceptanceRate) == [0.75, 0.25, nil])
    let speedups = figures.map { $0.speedup?.speedup ?? 0 }
    for (found, wanted) in zip(speedups, [9 / 3.5, 5 / 6.0, 4 / 5.0]) {
      #expect(abs(found - wanted) < 1e-12)
    }
    // The interval is over the prompts of the kind alone, and unknown for a single one.
    let edits = try #require(figures[0].speedup)
    #expect(edits == SpeedupEstimate(samples.filter { [0, 2, 4].contains($0.prompt) }))
    #expect(edits.unitCount == 3 && edits.interval?.contains(9 / 3.5) == true)
    #expect(figures[2].speedup?.interval == nil)
  }

  @Test("without kinds there is one group, which is the whole")
  func oneGroup() {
    let samples = (0..<4).map { sample($0, plain: 1 + Double($0), speculative: 1) }
    let figures = KindFigures.byKind(samples, kinds: [nil, nil, nil, nil])
    #expect(figures == [KindFigures(kind: nil, samples: samples)])
    #expect(figures.first?.speedup == SpeedupEstimate(samples))
  }

  @Test("kinds that were not measured, as after an early stop, are left out")
  func unmeasured() {
    let kinds = ["a", "b", "a"]
    #expect(
      KindFigures.byKind([sample(1, plain: 1, speculative: 1)], kinds: kinds).map(\.kind) == ["b"])
    #expect(KindFigures.byKind([], kinds: kinds).isEmpty)
  }
}
