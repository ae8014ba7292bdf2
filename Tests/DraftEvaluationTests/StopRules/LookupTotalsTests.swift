import EvaluationTestSupport
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Totals of rounds with lookups")
struct LookupTotalsTests {
  private let costs = DraftEvaluationTests.costs(draft: 0.2, row: 0.05)
  private let rule = LookupRule(limits: [0, 0, 2, 5])

  /// Model rounds that all draft 3 tokens of which `accepted` stand, between lookups that begin
  /// where such rounds end.
  private func text(_ random: inout SplitMix64, accepted: Int) -> RecordedRounds {
    var rounds = RecordedRounds(prompt: 7)
    rounds.promptLength = 20
    while rounds.lookups.count < 300 {
      if Bool.random(using: &random) {
        // Matches too short to be followed leave a round to the model.
        for _ in 0...accepted {
          let length = Int.random(in: 0...1, using: &random)
          rounds.lookups.append(
            length == 0 ? .none : LookupRecord(length: length, count: 9, matched: 9))
        }
      } else {
        let length = Int.random(in: 2...4, using: &random)
        let matched = Int.random(in: 0...6, using: &random)
        let emitted = min(matched, length == 2 ? 2 : 5) + 1
        rounds.lookups.append(LookupRecord(length: length, count: 9, matched: matched))
        // What stands inside a round is never asked.
        for _ in 1..<emitted {
          rounds.lookups.append(LookupRecord(length: 9, count: 9, matched: 0))
        }
      }
    }
    return rounds
  }

  @Test("are those of decoding, where the rounds that the model drafts are all alike")
  func exact() {
    var random = SplitMix64(seed: 131)
    for accepted in [0, 1, 3] {
      for _ in 0..<10 {
        var text = text(&random, accepted: accepted)
        let record = DraftRecord(matched: accepted, confidences: [1, 1, 1], limit: 3)
        text.records = (0..<5).map {
          RecordedRounds.Record(draft: record, context: 20 + $0, remaining: 1000)
        }
        var expected = RoundTotals()
        var position = 0
        while position < text.lookups.count {
          let lookup = text.lookups[position]
          let isFollowed = lookup.length >= 2
          let drafted = isFollowed ? (lookup.length == 2 ? 2 : 5) : 3
          let right = isFollowed ? min(lookup.matched, drafted) : accepted
          let emitted = min(right + 1, text.lookups.count - position)
          expected.rounds += 1
          expected.drafted += drafted
          expected.accepted += right
          expected.emitted += emitted
          expected.draftingSeconds += isFollowed ? 0 : 0.6
          expected.verificationSeconds += 1 + 0.05 * Double(drafted)
          expected.plainSeconds += Double(emitted)
          position += emitted
        }
        let stop = StopRule(maximum: 3, criterion: .fixed, lookup: rule)
        let model = text.totals(StopRule(maximum: 3, criterion: .fixed), costs)
        #expect(model.rounds == 5 && model.accepted == 5 * accepted)
        for totals in [
          text.totals(stop, costs), text.totals(lookingUp: rule, beside: model, costs),
        ] {
          #expect(totals.rounds == expected.rounds && totals.drafted == expected.drafted)
          #expect(totals.accepted == expected.accepted && totals.emitted == expected.emitted)
          #expect(totals.emitted == text.lookups.count)
          #expect(abs(totals.draftingSeconds - expected.draftingSeconds) < 1e-9)
          #expect(abs(totals.verificationSeconds - expected.verificationSeconds) < 1e-9)
          #expect(abs(totals.plainSeconds - expected.plainSeconds) < 1e-9)
        }
      }
    }
  }

  @Test("positions where the rule looks something up are no rounds of the model's")
  func modelRounds() {
    var text = RecordedRounds(prompt: 0)
    let good = DraftRecord(
      matched: 3, confidences: [1, 1, 1], limit: 3,
      lookup: LookupRecord(length: 3, count: 5, matched: 5))
    let bad = DraftRecord(matched: 0, confidences: [1, 1, 1], limit: 3)
    text.lookups = Array(repeating: .none, count: 12)
    text.records = [good, bad, good].map {
      RecordedRounds.Record(draft: $0, context: 0, remaining: 1000)
    }
    let without = text.totals(StopRule(maximum: 3, criterion: .fixed), costs)
    #expect(without.rounds == 3 && without.accepted == 6)
    // Twelve tokens by rounds as the second record's, which emit one each.
    let beside = text.totals(StopRule(maximum: 3, criterion: .fixed, lookup: rule), costs)
    #expect(beside.rounds == 12 && beside.accepted == 0 && beside.drafted == 36)
  }

  @Test("where the model never drafts, other tokens are plain ones")
  func alone() {
    var text = RecordedRounds(prompt: 0)
    text.lookups = [
      .none, LookupRecord(length: 2, count: 9, matched: 1), .none, .none,
      LookupRecord(length: 16, count: 4, matched: 4), .none,
    ]
    // Rounds at 0; 1 (two of 2 drafted, 1 right), 3; 4 (of 4, all right, but the text ends).
    let totals = text.totals(.lookupAlone(rule), costs)
    #expect(totals.rounds == 4 && totals.drafted == 6 && totals.accepted == 5)
    #expect(totals.emitted == 6 && totals.draftingSeconds == 0)
    #expect(abs(totals.verificationSeconds - (1 + 1.1 + 1 + 1.2)) < 1e-9)
    #expect(abs(totals.plainSeconds - 6) < 1e-9)
  }
}
