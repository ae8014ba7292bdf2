import EvaluationTestSupport
import Checkpoints
import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

/// Records drawn from a known law.
private struct Process: Sendable {
  /// The draft's confidence in its next token, and the probability that the token is right.
  var step: @Sendable (inout SplitMix64) -> (confidence: Double, acceptance: Double)
  var maximum = 10

  /// Tokens are right with one probability; confidences know nothing of it.
  static func noise(acceptance: Double) -> Process {
    Process { random in (Double.random(in: 0...1, using: &random), acceptance) }
  }

  /// Confidences are the probability itself: mostly high, sometimes low.
  static let honest = Process { random in
    let confidence =
      Double.random(in: 0..<1, using: &random) < 0.7
      ? Double.random(in: 0.9...1, using: &random) : Double.random(in: 0.05...0.6, using: &random)
    return (confidence, confidence)
  }

  func record(_ random: inout SplitMix64) -> DraftRecord {
    var matched = 0
    var confidences: [Double] = []
    for drafted in 0..<maximum {
      let (confidence, acceptance) = step(&random)
      confidences.append(confidence)
      if matched == drafted, Double.random(in: 0..<1, using: &random) < acceptance { matched += 1 }
    }
    return DraftRecord(matched: matched, confidences: confidences, limit: maximum)
  }

  func prompts(_ count: Int, starts: Int, seed: UInt64) -> [RecordedRounds] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { prompt in
      RecordedRounds(
        prompt: prompt,
        records: (0..<starts).map { start in
          RecordedRounds.Record(draft: record(&random), context: start, remaining: 1000)
        })
    }
  }
}


private func costs(draft: Double, row: Double) -> RoundCosts {
  CostModel.simple(draft: draft, row: row).costs(of: .full)
}

/// The speedup of a rule on prompts, by a loop of its own: every record a round.
private func worth(
  _ prompts: [RecordedRounds], _ rule: StopRule, draft: Double, row: Double
) -> Double {
  var emitted = 0.0
  var seconds = 0.0
  for record in prompts.flatMap(\.records) {
    var drafted = 0
    var product = 1.0
    search: while drafted < min(rule.maximum, record.draft.confidences.count) {
      let confidence = record.draft.confidences[drafted]
      product *= confidence
      drafted += 1
      switch rule.criterion {
      case .fixed, .adaptive: break
      case .confidence(let threshold): if confidence < threshold { break search }
      case .calibrated(let rule):
        guard drafted <= rule.thresholds.count, product >= rule.thresholds[drafted - 1] else {
          break search
        }
      }
    }
    emitted += Double(min(drafted, record.draft.matched) + 1)
    seconds += Double(drafted) * draft + 1 + Double(drafted) * row
  }
  return emitted / seconds
}

@Suite("Search of the stop rule")
struct RuleSearchTests {
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
    let process = Process.noise(acceptance: acceptance)
    let choice = search().choose(
      process.prompts(40, starts: 150, seed: 61), costs(draft: 0.15, row: 0.05))
    #expect(abs(speedup(choice.validated) / best - 1) < 0.02)
    let fresh = process.prompts(40, starts: 1000, seed: 62)
    #expect(worth(fresh, choice.rule, draft: 0.15, row: 0.05) > 0.985 * best)
    if choice.rule.criterion == .fixed {
      #expect(theory[choice.rule.maximum - 1] > 0.99 * best)
    }
  }

  @Test("where confidences are honest, the rule is worth more than every length and threshold")
  func informative() {
    for (draft, row) in [(0.1, 0.02), (0.3, 0.05), (0.5, 0.1)] {
      let prompts = Process.honest.prompts(25, starts: 120, seed: 63)
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
    for process in [Process.noise(acceptance: 0.7), .honest] {
      let fresh = process.prompts(20, starts: 400, seed: 64)
      var validated = 0.0
      var fitted = 0.0
      var real = 0.0
      let runs = 40
      for run in 0..<runs {
        let prompts = process.prompts(8, starts: 15, seed: 1000 + UInt64(run))
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
    func prompt(_ number: Int, matched: Int, starts: Int) -> RecordedRounds {
      let record = DraftRecord(
        matched: matched, confidences: Array(repeating: 1, count: 10), limit: 10)
      return RecordedRounds(
        prompt: number,
        records: (0..<starts).map { _ in
          RecordedRounds.Record(draft: record, context: 0, remaining: 1000)
        })
    }
    // One long prompt likes long rounds, the other four none: confidences do not tell them apart.
    let prompts =
      [prompt(0, matched: 10, starts: 400)] + (1..<5).map { prompt($0, matched: 0, starts: 20) }
    let choice = search().choose(prompts, costs(draft: 0.1, row: 0.02))
    #expect(choice.rule.maximum == 10)
    #expect(choice.fitted[0].drafted == 4000)
    // Without it, the least that a family can do: one draft per round, two of those with a threshold.
    #expect([400, 800].contains(choice.validated[0].drafted))
    #expect(choice.validated[1...].allSatisfy { $0.drafted == 200 })
  }

  @Test("folds are of prompts, five at most: an oracle chooses each one's length from the others")
  func foldsOfLengths() {
    let process = Process.noise(acceptance: 0.75)
    let prompts = process.prompts(13, starts: 20, seed: 65)
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
    let prompts = Process.honest.prompts(7, starts: 30, seed: 66)
    let choice = search(stop, maximum: 6).choose(prompts, costs(draft: 0.2, row: 0.05))
    #expect(choice.rule == StopRule(maximum: 6, criterion: stop))
    #expect(choice.validated == choice.fitted)
    if case .adaptive = stop { return }
    let expected = worth(prompts, choice.rule, draft: 0.2, row: 0.05)
    #expect(abs(speedup(choice.fitted) / expected - 1) < 1e-12)
  }

  @Test("one prompt, one draft and one record are enough, and equal records give equal rules")
  func small() {
    let one = Process.honest.prompts(1, starts: 50, seed: 67)
    let choice = search().choose(one, costs(draft: 0.2, row: 0.05))
    #expect(choice.validated == choice.fitted && choice.fitted.count == 1)
    let short = search(maximum: 1).choose(
      Process.honest.prompts(6, starts: 10, seed: 68), costs(draft: 0.2, row: 0.05))
    #expect(short.rule == StopRule(maximum: 1, criterion: .fixed))
    // Where nothing may be drafted (the text ends), a round is a plain token.
    let last = RecordedRounds(
      prompt: 0,
      records: [
        RecordedRounds.Record(
          draft: DraftRecord(matched: 0, confidences: [], limit: 0), context: 9, remaining: 1)
      ])
    #expect(search().choose([last], costs(draft: 0.2, row: 0.05)).fitted[0].emitted == 1)
    let many = Process.honest.prompts(9, starts: 40, seed: 69)
    let twice = (0..<2).map { _ in search().choose(many, costs(draft: 0.2, row: 0.05)) }
    #expect(twice[0].rule == twice[1].rule && twice[0].validated == twice[1].validated)
  }

  @Test("records that do not follow every mistake tell the same of the rule chosen from them")
  func economical() {
    let least = 0.3
    for (seed, draft) in [(70, 0.02), (71, 0.1), (72, 0.4)] as [(UInt64, Double)] {
      let complete = Process.honest.prompts(12, starts: 60, seed: seed)
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

@Suite("Calibrated stop rules")
struct CalibratedFitTests {
  @Test("thresholds are worth those of a fine grid, where one step of foresight is optimal")
  func againstGrid() throws {
    for (draft, row) in [(0.05, 0.02), (0.2, 0.05), (0.4, 0.05)] {
      let prompts = Process.honest.prompts(30, starts: 300, seed: 81)
      let rule = try #require(
        CalibratedFit.rule(
          prompts, costs(draft: draft, row: row), maximum: 10, least: 0))
      // All products after any number of drafts have one law here, so one threshold serves all.
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
    let prompts = Process.honest.prompts(10, starts: 50, seed: 82)
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
    let prompts = Process.honest.prompts(2, starts: 5, seed: 83)
    let costs = costs(draft: 0.1, row: 0.1)
    #expect(CalibratedFit.rule(prompts, costs, maximum: 1, least: 0) == nil)
    #expect(CalibratedFit.rule([], costs, maximum: 8, least: 0) == nil)
  }
}

@Suite("Totals of recorded rounds")
struct RecordedRoundsTests {
  private let costs = CostModel.detailed(layerCount: 3).costs(of: DraftModel(skip: SkipSet(attention: [1], mlp: [0, 2])))

  /// The totals of rounds at given contexts, summed pass by pass.
  private func expected(
    _ rounds: [(drafted: Int, accepted: Int, emitted: Int, context: Int)]
  ) -> RoundTotals {
    var totals = RoundTotals()
    for round in rounds {
      totals.rounds += 1
      totals.drafted += round.drafted
      totals.accepted += round.accepted
      totals.emitted += round.emitted
      let context = Double(round.context)
      totals.draftingSeconds += costs.draftSeconds(round.drafted, context: context)
      totals.verificationSeconds += costs.model.verificationSeconds(
        rows: round.drafted + 1, context: context)
      for token in 0..<round.emitted {
        totals.plainSeconds += costs.model.plainSeconds(context: context + Double(token))
      }
    }
    return totals
  }

  private func isClose(_ a: RoundTotals, _ b: RoundTotals) -> Bool {
    a.rounds == b.rounds && a.emitted == b.emitted && a.drafted == b.drafted
      && a.accepted == b.accepted && abs(a.draftingSeconds - b.draftingSeconds) < 1e-9
      && abs(a.verificationSeconds - b.verificationSeconds) < 1e-9
      && abs(a.plainSeconds - b.plainSeconds) < 1e-9
  }

  @Test("without a text every start is a round, and no round emits more than the text has left")
  func starts() {
    let prompt = RecordedRounds(
      prompt: 3,
      records: [
        .init(
          draft: DraftRecord(matched: 2, confidences: [0.9, 0.8, 0.2, 0.9], limit: 6), context: 4,
          remaining: 9),
        .init(
          draft: DraftRecord(matched: 3, confidences: [0.9, 0.9, 0.9], endsText: true, limit: 6),
          context: 5, remaining: 3),
        .init(draft: DraftRecord(matched: 0, confidences: [], limit: 0), context: 6, remaining: 1),
      ])
    // By hand. The first record ends after four wrong or right drafts: the rest counts as drafted.
    let fixed = expected([(5, 2, 3, 4), (3, 3, 3, 5), (0, 0, 1, 6)])
    #expect(isClose(prompt.totals(StopRule(maximum: 5, criterion: .fixed), costs), fixed))
    let careful = expected([(3, 2, 3, 4), (3, 3, 3, 5), (0, 0, 1, 6)])
    #expect(
      isClose(prompt.totals(StopRule(maximum: 5, criterion: .confidence(0.5)), costs), careful))
    let sample = prompt.totals(StopRule(maximum: 5, criterion: .fixed), costs).sample(prompt: 3)
    #expect(sample.prompt == 3 && sample.decodedTokenCount == 7 && sample.draftTokenCount == 8)
    #expect(sample.acceptedDraftTokenCount == 5 && sample.targetModelCallCount == 3)
    #expect(!sample.isPlainMeasured)
    #expect(
      abs(sample.speculativeSeconds - fixed.draftingSeconds - fixed.verificationSeconds) < 1e-9)
  }

  @Test("with a text the rounds are those of decoding, and emit all its tokens but the first")
  func text() throws {
    var random = SplitMix64(seed: 91)
    var accepted = 0
    for endOfText in [[], [7, 9, 13], [1, 2, 3, 4]] {
      var configuration = ModelConfiguration(
        hiddenSize: 16, intermediateSize: 24, layerCount: 3, headCount: 4, keyValueHeadCount: 2,
        headDimension: 4, vocabularySize: 20, maxPositionEmbeddings: 96)
      configuration.endOfTextIDs = endOfText
      let generator = Generator(
        model: LanguageModel(Checkpoint(random: configuration, type: .f32, seed: 6), threads: 1))
      let skip = SkipSet(attention: [1], mlp: [0])
      for prompt in [[1, 5], [8], [3, 2, 11]] {
        guard let text = try generator.verifiedText(prompt: prompt, maximumTokens: 40).text,
          !text.starts.isEmpty
        else { continue }
        let replayer = DraftReplayer(generator, texts: [text], draftMaximum: 6)
        let drafts = try #require(
          replayer.records(
            of: text.starts.map { DraftReplayer.Start(text: 0, index: $0) }, skipping: skip))
        var recorded = RecordedRounds(prompt: 0)
        recorded.records = zip(text.starts, drafts).map { start, draft in
          .init(
            draft: draft, context: prompt.count + start, remaining: text.ids.count - 1 - start)
        }
        recorded.text = text
        for _ in 0..<4 {
          let rule = StopRule(
            maximum: Int.random(in: 1...6, using: &random),
            criterion: [.fixed, .confidence(0.06), .adaptive(AdaptiveThreshold())].randomElement(
              using: &random) ?? .fixed)
          let real = try generator.generate(
            prompt: prompt, maximumTokens: 40, draft: Draft(skip: skip, stop: rule))
          var start = 0
          let rounds = real.rounds.map { round in
            let emitted = min(round.accepted + 1, text.ids.count - 1 - start)
            defer { start += emitted }
            return (round.drafted, round.accepted, emitted, prompt.count + start)
          }
          let totals = recorded.totals(rule, costs)
          #expect(isClose(totals, expected(rounds)))
          #expect(totals.emitted == text.ids.count - 1)
          accepted += totals.accepted
        }
      }
    }
    #expect(accepted > 20)
  }
}
