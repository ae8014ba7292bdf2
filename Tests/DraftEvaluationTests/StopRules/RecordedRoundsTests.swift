import Checkpoints
import EvaluationTestSupport
import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Totals of recorded rounds")
struct RecordedRoundsTests {
  private let costs = CostModel.detailed(layerCount: 3).costs(
    of: DraftModel(skip: SkipSet(attention: [1], mlp: [0, 2])))

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
      totals.verificationSeconds +=
        round.drafted == 0
        ? costs.model.plainSeconds(context: context)
        : costs.model.verificationSeconds(rows: round.drafted + 1, context: context)
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

  @Test("without a text every position is a round, and no round emits more than the text has left")
  func positions() {
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
        model: LanguageModel(try Checkpoint(random: configuration, type: .f32, seed: 6), threads: 1)
      )
      let skip = SkipSet(attention: [1], mlp: [0])
      for prompt in [[1, 5], [8], [3, 2, 11]] {
        guard let text = try generator.verifiedText(prompt: prompt, maximumTokens: 40).text,
          !text.positions.isEmpty
        else { continue }
        let replayer = DraftReplayer(generator, texts: [text], draftMaximum: 6)
        let drafts = try #require(
          replayer.records(
            of: text.positions.map { DraftReplayer.Position(text: 0, index: $0) },
            drafting: DraftModel(skip: skip)))
        var recorded = RecordedRounds(prompt: 0)
        recorded.records = zip(text.positions, drafts).map { position, draft in
          .init(
            draft: draft, context: prompt.count + position, remaining: text.ids.count - 1 - position
          )
        }
        recorded.text = text.text
        for _ in 0..<4 {
          let rule = StopRule(
            maximum: Int.random(in: 1...6, using: &random),
            criterion: [.fixed, .confidence(0.06), .adaptive(AdaptiveThreshold())].randomElement(
              using: &random) ?? .fixed)
          let real = try generator.generate(
            prompt: prompt, maximumTokens: 40,
            draft: Draft(model: DraftModel(skip: skip), stop: rule))
          var position = 0
          let rounds = real.rounds.map { round in
            let emitted = min(round.accepted + 1, text.ids.count - 1 - position)
            defer { position += emitted }
            return (round.drafted, round.accepted, emitted, prompt.count + position)
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
