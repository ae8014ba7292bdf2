import Inference
import Statistics
import Testing

@testable import DraftEvaluation

@Suite("Drafts that costs are measured with")
struct MeasuredDraftsTests {
  @Test("where skip sets are all that varies, they are those of version 0.1.0")
  func classical() {
    for seed in [0, 7, 99] as [UInt64] {
      for maximum in [1, 4, 8] {
        var measured = MeasuredDrafts(
          DraftChoices(draftMaximum: maximum), longestRound: 0, seed: seed)
        // As that version drew them.
        var random = RandomSource(seed: seed)
        for pair in 0..<40 {
          let density = 0.15 + 0.7 * goldenSequence(pair, shift: 0.5)
          func some() -> [Int] { (0..<12).filter { _ in random.uniform() < density } }
          let draft = Draft(
            model: DraftModel(skip: SkipSet(attention: some(), mlp: some())),
            stop: StopRule(maximum: pair * 5 % maximum + 1, criterion: .confidence(0)))
          #expect(measured.draft(pair, layerCount: 12) == draft)
        }
      }
    }
    #expect(CostMeasurement.pairCount(DraftChoices(draftMaximum: 8)) == 40)
  }

  @Test("every length has its turn, whatever the longest of the model and of lookups")
  func lengths() {
    for (maximum, longest) in [
      (5, 0), (8, 0), (10, 0), (15, 0), (5, 15), (8, 15), (6, 15), (12, 8),
    ] {
      var measured = MeasuredDrafts(
        DraftChoices(draftMaximum: maximum), longestRound: longest, seed: 1)
      let lengths = Set((0..<60).map { measured.draft($0, layerCount: 2).stop.maximum })
      #expect(lengths == Set(1...max(maximum, longest)))
    }
  }

  @Test("so are the numbers that their times are a linear function of")
  func classicalFeatures() {
    let shape = DraftShape(
      layerCount: 12, vocabularySize: 1000, attentionBytes: 1e6, mlpBytes: 2e6)
    let models = [
      SkipSet(attention: [1, 5], mlp: [2]), SkipSet(attention: [], mlp: [0, 1, 2]), .none,
    ].map { DraftModel(skip: $0) }
    let loads = models.map { DraftLoad($0, of: shape) }
    let features = DraftFeatures(loads)
    for (model, load) in zip(models, loads) {
      let attention = Double(12 - model.skip.attention.count)
      let mlp = Double(12 - model.skip.mlp.count)
      #expect(
        load.features(features, context: 30, cachedBytes: 20e6)
          == [1, attention, mlp, attention * 30, max(0, attention * 1e6 + mlp * 2e6 - 20e6)])
      #expect(load.attention == Int(attention))
    }
  }

  @Test("all precisions, heads and lengths have their turn, in all proportions")
  func mixed() {
    let vocabularies = [nil, DraftVocabulary([1, 2, 3])]
    let choices = DraftChoices(
      precisions: [.model, .eightBits, .fourBits], vocabularies: vocabularies, draftMaximum: 8)
    var measured = MeasuredDrafts(choices, longestRound: 15, seed: 5)
    let drafts = (0..<CostMeasurement.pairCount(choices)).map {
      measured.draft($0, layerCount: 24)
    }
    let heads = WeightPrecision.allCases.flatMap { precision in
      vocabularies.map { DraftHead(precision: precision, vocabulary: $0) }
    }
    #expect(Set(drafts.map(\.model.head)) == Set(heads))
    let lengths = Set(drafts.map(\.stop.maximum))
    #expect(lengths.isSuperset(of: 1...8) && (lengths.max() ?? 0) > 12)
    #expect((lengths.max() ?? 0) <= 15)
    let shape = DraftShape(
      layerCount: 24, vocabularySize: 100, attentionBytes: 1, mlpBytes: 1)
    let loads = drafts.map { DraftLoad($0.model, of: shape) }
    for precision in choices.precisions {
      func shares(_ count: (DraftLoad.Sublayers) -> Int) -> [Double] {
        loads.map { load in
          let all = load.sublayers.values.reduce(0) { $0 + count($1) }
          return Double(load.sublayers[precision].map(count) ?? 0) / Double(max(1, all))
        }
      }
      for shares in [shares(\.attention), shares(\.mlp)] {
        #expect(shares.contains { $0 == 0 } && shares.contains { $0 > 0.9 })
        #expect(shares.count { $0 > 0.2 && $0 < 0.8 } > 10)
      }
    }
    // Attention and MLPs are not mixed alike: their prices are told apart.
    let differences = loads.map { load in
      Double(load.sublayers[.model]?.attention ?? 0) - Double(load.sublayers[.model]?.mlp ?? 0)
    }
    #expect(differences.count { abs($0) > 3 } > 10)
  }
}
