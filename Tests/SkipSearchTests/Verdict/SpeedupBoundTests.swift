import DraftEvaluation
import EvaluationTestSupport
import Foundation
import Testing

@testable import SkipSearch

@Suite("Bound of the speedup")
struct SpeedupBoundTests {
  /// Leviathan, Kalman and Matias's theorem 3.8 by its closed form, with a verification that costs
  /// 1 + row · d.
  private func speedup(_ acceptance: Double, _ cost: Double, row: Double, maximum: Int) -> Double {
    (1...maximum).map { drafts in
      let emitted =
        acceptance == 1
        ? Double(drafts + 1) : (1 - pow(acceptance, Double(drafts + 1))) / (1 - acceptance)
      return emitted / (Double(drafts) * cost + 1 + row * Double(drafts))
    }.max() ?? 0
  }

  @Test(
    "the best speedup and the break-even acceptance follow from the costs", arguments: [1, 4, 16])
  func formula(maximum: Int) throws {
    for row in [0, 0.05, 0.3, 0.9] {
      let bound = SpeedupBound(.simple(draft: 0.07, row: row), .classical, maximum: maximum)
      #expect(bound.points.map(\.draftCost) == (0...9).map { Double($0) / 10 })
      #expect(abs(bound.least.draftCost - 0.07) < 1e-12)
      for point in bound.points + [bound.least, bound.point(at: 0.42)] {
        let perfect = speedup(1, point.draftCost, row: row, maximum: maximum)
        #expect(abs(point.perfectSpeedup - perfect) < 1e-9)
        guard perfect > 1 else {
          #expect(point.breakEvenAcceptance == nil)
          continue
        }
        let even = try #require(point.breakEvenAcceptance)
        #expect(abs(speedup(even, point.draftCost, row: row, maximum: maximum) - 1) < 1e-9)
        #expect(speedup(even - 1e-3, point.draftCost, row: row, maximum: maximum) < 1)
      }
    }
  }

  @Test("costs count at the mean context, the draft's with every sub-layer skipped")
  func leastCost() {
    let model = CostModel.detailed(layerCount: 12)
    let bound = SpeedupBound(model, .classical, maximum: 3)
    let plain = 1e-3 + 40 * 2e-6
    #expect(abs(bound.least.draftCost - 1e-4 / plain) < 1e-12)
    let best = (1...3).map { drafts in
      let rows = Double(drafts + 1)
      let verification = 1.1e-3 + 8e-5 * Double(drafts) + 1e-6 * rows * 40
      return rows * plain / (Double(drafts) * 1e-4 + verification)
    }.max()
    #expect(abs(bound.least.perfectSpeedup - (best ?? 0)) < 1e-9)
  }

  @Test("drafting cannot pay where rows cost what tokens cost, or where the least draft is dear")
  func verdict() {
    // d + 1 tokens for d drafts and d + 1 rows: never a gain.
    let rows = SpeedupBound(.simple(draft: 0.05, row: 1), .classical, maximum: 8)
    #expect(!rows.canPay && rows.least.breakEvenAcceptance == nil && rows.least.perfectSpeedup < 1)
    #expect(!SpeedupBound(.simple(draft: 0.9, row: 0.1), .classical, maximum: 8).canPay)
    #expect(SpeedupBound(.simple(draft: 0.05, row: 0.1), .classical, maximum: 8).canPay)
    // 2 / (0.97 + 1) is a gain of 1.5%: less than what can be measured.
    let hardly = SpeedupBound(.simple(draft: 0.97, row: 0), .classical, maximum: 1)
    #expect(!hardly.canPay && (hardly.least.breakEvenAcceptance ?? 1) < 1)
  }

  @Test("in JSON an acceptance that breaks nowhere even is null")
  func json() {
    let text = SpeedupBound(.simple(draft: 0.05, row: 1), .classical, maximum: 8).json.compact
    #expect(text.contains(#""break_even_acceptance_rate": null"#))
    #expect(text.contains("least_draft_cost") && text.contains("by_draft_cost"))
  }
}
