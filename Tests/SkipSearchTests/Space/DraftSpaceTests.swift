import BayesianOptimization
import DraftEvaluation
import Inference
import TestSupport
import Testing

@testable import SkipSearch

@Suite("The space of drafts")
struct DraftSpaceTests {
  private static let layerCount = 4

  private static func ranking(_ tokens: Int) -> VocabularyRanking {
    VocabularyRanking(outputs: [[5, 9], [9, 3]], endOfText: [2], vocabularySize: tokens)
  }

  /// Every kind of choice that a policy leads to, and precisions that none does.
  static let spaces: [DraftSpace] = {
    let weights = DraftPolicy.Weights.allCases
    let vocabularies: [DraftPolicy.Vocabulary] = [.auto, .full, .size(100)]
    let policies = weights.flatMap { weights in
      vocabularies.map { DraftPolicy(weights: weights, vocabulary: $0) }
    }
    let choices = policies.map { $0.choices(ranking(20_000), draftMaximum: 8) }
    let all = DraftChoices(precisions: WeightPrecision.allCases, draftMaximum: 3)
    return (choices + [all]).map { DraftSpace(layerCount: layerCount, choices: $0) }
  }()

  @Test("a point's model is the point's own, and no two points have the same", arguments: spaces)
  func roundTrips(space: DraftSpace) throws {
    var random = SplitMix64(seed: UInt64(space.dimension))
    var models: [DraftModel: BitVector] = [:]
    for round in 0..<400 {
      let share = Double(round % 8) / 7
      let bits = (0..<space.dimension).filter { _ in Double.random(in: 0...1, using: &random) < share }
      let point = space.point(bits)
      for (bit, required) in space.prerequisites where point[bit] { #expect(point[required]) }
      let model = space.model(at: point)
      // Nobody reads the weights of what is skipped: that it is skipped implies what it requires.
      #expect(space.point(of: model) == point)
      #expect(models.updateValue(point, forKey: model) ?? point == point)
      #expect(model.fits(layerCount: Self.layerCount, vocabularySize: 20_000))
      #expect(space.choices.vocabularies.contains(model.head.vocabulary))
      #expect(space.choices.precisions.contains(model.head.precision))
    }
    #expect(models.count > 30)
  }

  @Test("skip sets alone have the bits that version 0.1.0 gave them")
  func classical() throws {
    let choices = DraftPolicy.classical.choices(Self.ranking(20_000), draftMaximum: 8)
    let space = DraftSpace(layerCount: 5, choices: choices)
    #expect(space.isClassical && space.dimension == 10 && space.prerequisites.isEmpty)
    #expect(space.groups == [0..<5, 5..<10] && space.positions.allSatisfy { $0 != nil })
    let skip = SkipSet(attention: [0, 3], mlp: [1, 4])
    let point = try #require(space.point(of: DraftModel(skip: skip)))
    #expect(point.ones == [0, 3, 6, 9])
    #expect(space.model(at: point) == DraftModel(skip: skip))
    #expect(!DraftSpace(layerCount: 5, choices: DraftPolicy().choices(Self.ranking(99), draftMaximum: 8)).isClassical)
  }

  @Test("a sub-layer that is skipped is low before, and a short head is half of all first")
  func chains() throws {
    let space = DraftSpace(
      layerCount: 2, choices: DraftPolicy().choices(Self.ranking(20_000), draftMaximum: 8))
    // Eight bits for sub-layers, one for the head's precision, three for its tokens.
    #expect(space.dimension == 2 * 4 + 1 + 3)
    #expect(space.prerequisites == [0: 4, 1: 5, 2: 6, 3: 7, 10: 9, 11: 10])
    #expect(space.groups == [0..<2, 2..<4, 4..<6, 6..<8, 8..<9, 9..<10, 10..<11, 11..<12])
    #expect(space.positions.count == 12 && space.positions[8...].allSatisfy { $0 == nil })
    let model = space.model(at: space.point([3, 4, 10]))
    #expect(model.skip == SkipSet(attention: [], mlp: [1]))
    #expect(model.weights.attention(0) == .fourBits && model.weights.attention(1) == .eightBits)
    #expect(model.head.precision == .eightBits && model.head.vocabulary?.count == 5_000)
    let lowest = space.model(at: space.lowest)
    #expect(lowest == DraftModel(skip: .none, weights: .uniform(.fourBits), head: DraftHead(precision: .fourBits)))
  }

  @Test("models that the space does not have are no points of it", arguments: spaces)
  func strangers(space: DraftSpace) {
    let known = space.model(at: space.lowest)
    let missing = WeightPrecision.allCases.first { !space.choices.precisions.contains($0) }
    var strangers = [
      DraftModel(skip: SkipSet(attention: [Self.layerCount], mlp: [])),
      DraftModel(
        skip: .none, weights: known.weights,
        head: DraftHead(
          precision: known.head.precision, vocabulary: DraftVocabulary(count: 77, fingerprint: 1))),
      DraftModel(
        skip: .none,
        weights: DraftWeights(
          attention: [.model, .eightBits, .fourBits], mlp: [.model, .model, .model])),
    ]
    if let missing {
      strangers.append(DraftModel(skip: .none, weights: known.weights, head: DraftHead(precision: missing)))
      strangers.append(DraftModel(skip: .none, weights: .uniform(missing), head: known.head))
    }
    for stranger in strangers { #expect(space.point(of: stranger) == nil, "\(stranger)") }
    // A vocabulary by its name alone is the same.
    for vocabulary in space.choices.vocabularies.compactMap(\.self) {
      let name = DraftVocabulary(count: vocabulary.count, fingerprint: vocabulary.fingerprint)
      let head = DraftHead(precision: space.choices.precisions[0], vocabulary: name)
      let model = DraftModel(skip: .none, weights: .uniform(space.choices.precisions[0]), head: head)
      let point = space.point(of: model)
      #expect(point.map { space.model(at: $0).head.vocabulary?.isComplete } == true)
    }
  }

  @Test("a bit's importance is what it adds to those that it requires", arguments: spaces)
  func importance(space: DraftSpace) {
    let screened = space.screened
    #expect(screened.count == 1 + space.dimension)
    #expect(screened[0] == space.model(at: BitVector(count: space.dimension)))
    #expect(Set(screened).count == screened.count)
    // Distances that are sums over bits give each bit's own back.
    let harms = (0..<space.dimension).map { 0.5 + Double($0) / 8 }
    let distances = screened.map { model in
      0.25 + (space.point(of: model)?.ones ?? []).reduce(0) { $0 + harms[$1] }
    }
    for (own, found) in zip(harms, space.importance(distances)) {
      #expect(abs(own - found) < 1e-12)
    }
    // Noise does not make a bit better than nothing.
    let noisy = space.importance([1] + Array(repeating: 0.5, count: space.dimension))
    #expect(noisy.allSatisfy { $0 == 0 })
  }
}
