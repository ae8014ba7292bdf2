import EvaluationTestSupport
import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Search of the stop rule")
struct StopRuleSearchTests {
  private func search(_ wanted: StopCriterion? = nil, maximum: Int = 10, least: Double = 0)
    -> StopRuleSearch
  {
    StopRuleSearch(maximum: maximum, wanted: wanted, least: least)
  }

  private func speedup(_ totals: [RoundTotals]) -> Double { StopRuleSearch.sum(totals).speedup }

  @Test(
    "where confidences tell nothing, the rule is worth what the best length is in theory",
    arguments: [0.5, 0.8, 0.95])
  func knownOptimum(acceptance: Double) throws {
    let theory = (1...10).map { drafts in
      let emitted = (1 - pow(acceptance, Double(drafts + 1))) / (1 - acceptance)
      return emitted / (0.15 * Double(drafts) + 1 + 0.05 * Double(drafts))
    }
    let best = try #require(theory.max())
    let process = RoundProcess.noise(acceptance: acceptance)
    let choice = search().choose(
      process.prompts(40, positions: 150, seed: 61), costs(draft: 0.15, row: 0.05))
    #expect(abs(speedup(choice.validated) / best - 1) < 0.02)
    let fresh = process.prompts(40, positions: 1000, seed: 62)
    #expect(worth(fresh, choice.rule, draft: 0.15, row: 0.05) > 0.985 * best)
    if choice.rule.criterion == .fixed {
      #expect(theory[choice.rule.maximum - 1] > 0.99 * best)
    }
  }

  @Test("where confidences are honest, the rule is worth more than every length and threshold")
  func informative() {
    for (draft, row) in [(0.1, 0.02), (0.3, 0.05), (0.5, 0.1)] {
      let prompts = RoundProcess.honest.prompts(25, positions: 120, seed: 63)
      let choice = search().choose(prompts, costs(draft: draft, row: row))
      let lengths = (1...10).map {
        worth(prompts, StopRule(maximum: $0, criterion: .fixed), draft: draft, row: row)
      }
      #expect(speedup(choice.validated) > 1.015 * (lengths.max() ?? 0))
      for length in 2...10 {
        for threshold in StopRuleSearch.thresholds {
          let rule = StopRule(maximum: length, criterion: .confidence(threshold))
          #expect(
            speedup(choice.validated) > 0.99 * worth(prompts, rule, draft: draft, row: row))
        }
      }
    }
  }

  @Test("what a chosen rule is said to be worth is what it is worth on other prompts")
  func unbiased() {
    let (draft, row) = (0.12, 0.04)
    for process in [RoundProcess.noise(acceptance: 0.7), .honest] {
      let fresh = process.prompts(20, positions: 400, seed: 64)
      var validated = 0.0
      var fitted = 0.0
      var real = 0.0
      let runs = 40
      for run in 0..<runs {
        let prompts = process.prompts(8, positions: 15, seed: 1000 + UInt64(run))
        let choice = search().choose(prompts, costs(draft: draft, row: row))
        validated += log(speedup(choice.validated)) / Double(runs)
        fitted += log(speedup(choice.fitted)) / Double(runs)
        real += log(worth(fresh, choice.rule, draft: draft, row: row)) / Double(runs)
      }
      #expect(abs(validated - real) < 0.03)
      // Fitted to so few rounds, a rule looks better than it is: that is why it is validated.
      #expect(fitted > validated)
    }
  }

  @Test("a prompt's validated rounds are those of a rule that was chosen without it")
  func foldsAreLeftOut() {
    func prompt(_ number: Int, matched: Int, positions: Int) -> RecordedRounds {
      let record = DraftRecord(
        matched: matched, confidences: Array(repeating: 1, count: 10), limit: 10)
      return RecordedRounds(
        prompt: number,
        records: (0..<positions).map { _ in
          RecordedRounds.Record(draft: record, context: 0, remaining: 1000)
        })
    }
    // One long prompt likes long rounds, the other four none: confidences do not tell them apart.
    let prompts =
      [prompt(0, matched: 10, positions: 400)]
      + (1..<5).map { prompt($0, matched: 0, positions: 20) }
    let choice = search().choose(prompts, costs(draft: 0.1, row: 0.02))
    #expect(choice.rule.maximum == 10)
    #expect(choice.fitted[0].drafted == 4000)
    // Without it, the least that a family can do: one draft per round, two of those with a
    // threshold.
    #expect([400, 800].contains(choice.validated[0].drafted))
    #expect(choice.validated[1...].allSatisfy { $0.drafted == 200 })
  }

  @Test("folds are of prompts, five at most: an oracle chooses each one's length from the others")
  func foldsOfLengths() {
    let process = RoundProcess.noise(acceptance: 0.75)
    let prompts = process.prompts(13, positions: 20, seed: 65)
    let choice = search().choose(prompts, costs(draft: 0.12, row: 0.04))
    var drafted: [Int] = []
    for (index, own) in prompts.enumerated() {
      let others = prompts.enumerated().filter { $0.offset % 5 != index % 5 }.map(\.element)
      let worths = (1...10).map {
        worth(others, StopRule(maximum: $0, criterion: .fixed), draft: 0.12, row: 0.04)
      }
      drafted.append(((worths.firstIndex(of: worths.max() ?? 0) ?? 0) + 1) * own.records.count)
    }
    let oracle = zip(prompts, drafted).reduce((0.0, 0.0)) { sum, pair in
      let length = pair.1 / pair.0.records.count
      return (
        sum.0
          + Double(pair.0.records.reduce(0) { $0 + min(length, $1.draft.matched) + 1 }),
        sum.1 + Double(pair.0.records.count) * (1 + 0.16 * Double(length))
      )
    }
    if choice.rule.criterion == .fixed {
      #expect(choice.validated.map(\.drafted) == drafted)
    }
    #expect(speedup(choice.validated) >= oracle.0 / oracle.1 * (1 - 1e-12))
  }

  @Test(
    "the user's rule is kept, and worth what it is",
    arguments: [
      StopCriterion.fixed, .confidence(0.45), .adaptive(AdaptiveThreshold()),
      .calibrated(CalibratedThresholds([0.7, 0.5])),
    ])
  func wanted(stop: StopCriterion) {
    let prompts = RoundProcess.honest.prompts(7, positions: 30, seed: 66)
    let choice = search(stop, maximum: 6).choose(prompts, costs(draft: 0.2, row: 0.05))
    #expect(choice.rule == StopRule(maximum: 6, criterion: stop))
    #expect(choice.validated == choice.fitted)
    if case .adaptive = stop { return }
    let expected = worth(prompts, choice.rule, draft: 0.2, row: 0.05)
    #expect(abs(speedup(choice.fitted) / expected - 1) < 1e-12)
  }

  @Test("one prompt, one draft and one record are enough, and equal records give equal rules")
  func small() {
    let one = RoundProcess.honest.prompts(1, positions: 50, seed: 67)
    let choice = search().choose(one, costs(draft: 0.2, row: 0.05))
    #expect(choice.validated == choice.fitted && choice.fitted.count == 1)
    let short = search(maximum: 1).choose(
      RoundProcess.honest.prompts(6, positions: 10, seed: 68), costs(draft: 0.2, row: 0.05))
    #expect(short.rule == StopRule(maximum: 1, criterion: .fixed))
    // Where nothing may be drafted (the text ends), a round is a plain token.
    let last = RecordedRounds(
      prompt: 0,
      records: [
        RecordedRounds.Record(
          draft: DraftRecord(matched: 0, confidences: [], limit: 0), context: 9, remaining: 1)
      ])
    #expect(search().choose([last], costs(draft: 0.2, row: 0.05)).fitted[0].emitted == 1)
    let many = RoundProcess.honest.prompts(9, positions: 40, seed: 69)
    let twice = (0..<2).map { _ in search().choose(many, costs(draft: 0.2, row: 0.05)) }
    #expect(twice[0].rule == twice[1].rule && twice[0].validated == twice[1].validated)
  }

  @Test("records that do not follow every mistake tell the same of the rule chosen from them")
  func economical() {
    let least = 0.3
    for (seed, draft) in [(70, 0.02), (71, 0.1), (72, 0.4)] as [(UInt64, Double)] {
      let complete = RoundProcess.honest.prompts(12, positions: 60, seed: seed)
      let short = complete.map { prompt in
        var prompt = prompt
        prompt.records = prompt.records.map { record in
          var record = record
          let all = record.draft.confidences
          // As long as it is right, and after that while all confidences are large enough.
          let confident = all.firstIndex { $0 < least }.map { $0 + 1 } ?? all.count
          let followed = min(all.count, max(record.draft.matched + 1, confident))
          record.draft = DraftRecord(
            matched: record.draft.matched, confidences: Array(all.prefix(followed)), limit: 10)
          return record
        }
        return prompt
      }
      #expect(
        short.flatMap(\.records).contains { $0.draft.confidences.count < $0.draft.limit })
      let costs = costs(draft: draft, row: 0.03)
      let choice = search(least: least).choose(short, costs)
      #expect(choice.fitted == complete.map { $0.totals(choice.rule, costs) })
    }
  }
}
