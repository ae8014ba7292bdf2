import EvaluationTestSupport
import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Calibrated stop rules")
struct CalibratedFitTests {
  @Test("thresholds are worth those of a fine grid, where one step of foresight is optimal")
  func againstGrid() throws {
    for (draft, row) in [(0.05, 0.02), (0.2, 0.05), (0.4, 0.05)] {
      let prompts = RoundProcess.honest.prompts(30, positions: 300, seed: 81)
      let rule = try #require(
        CalibratedFit.rule(
          prompts, costs(draft: draft, row: row), maximum: 10, least: 0))
      // All products after any number of drafts have one distribution here, so one threshold serves
      // all.
      let best = (0...100).map { step in
        worth(
          prompts,
          StopRule(
            maximum: 10,
            criterion: .calibrated(
              CalibratedThresholds(Array(repeating: Double(step) / 100, count: 9)))),
          draft: draft, row: row)
      }.max()
      #expect(worth(prompts, rule, draft: draft, row: row) > 0.995 * (best ?? .infinity))
    }
  }

  @Test("where drafts cost nothing rounds go on, where they cost too much they end at once")
  func extremes() throws {
    let prompts = RoundProcess.honest.prompts(10, positions: 50, seed: 82)
    let free = try #require(
      CalibratedFit.rule(prompts, costs(draft: 1e-6, row: 1e-6), maximum: 10, least: 0.3))
    guard case .calibrated(let low) = free.criterion else {
      Issue.record("not a calibrated rule")
      return
    }
    #expect(free.maximum == 10 && low.thresholds == Array(repeating: 0, count: 9))
    let dear = try #require(
      CalibratedFit.rule(prompts, costs(draft: 3, row: 1), maximum: 10, least: 0.3))
    guard case .calibrated(let high) = dear.criterion else {
      Issue.record("not a calibrated rule")
      return
    }
    #expect(high.thresholds == Array(repeating: .infinity, count: 9))
  }

  @Test("without a second draft there is nothing to fit")
  func nothing() {
    let prompts = RoundProcess.honest.prompts(2, positions: 5, seed: 83)
    let costs = costs(draft: 0.1, row: 0.1)
    #expect(CalibratedFit.rule(prompts, costs, maximum: 1, least: 0) == nil)
    #expect(CalibratedFit.rule([], costs, maximum: 8, least: 0) == nil)
  }
}
