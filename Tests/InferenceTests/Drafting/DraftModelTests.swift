import Testing

@testable import Inference

@Suite("What a draft consists of")
struct DraftModelTests {
  @Test("nobody reads a skipped sub-layer, so its precision makes no other draft model")
  func normalized() {
    let skip = SkipSet(attention: [1], mlp: [0, 2])
    func model(_ attention: [WeightPrecision], _ mlp: [WeightPrecision]) -> DraftModel {
      DraftModel(skip: skip, weights: DraftWeights(attention: attention, mlp: mlp))
    }
    let one = model([.model, .model, .eightBits], [.model, .fourBits, .eightBits])
    let other = model([.model, .fourBits, .eightBits], [.eightBits, .fourBits, .model])
    #expect(one == other && one.hashValue == other.hashValue && one.identity == other.identity)
    #expect(one.weights.attention(0) == .model && one.weights.attention(2) == .eightBits)
    #expect(one.weights.mlp(1) == .fourBits && one.weights.layerCount == 3)
    // Where all that is read has one precision, so has the draft.
    let uniform = model([.fourBits, .model, .fourBits], [.model, .fourBits, .model])
    #expect(uniform == DraftModel(skip: skip, weights: .uniform(.fourBits)))
    #expect(uniform.weights.uniform == .fourBits && uniform.weights.layerCount == nil)
    // A draft that reads nothing has no precision but the model's.
    let everything = SkipSet.everything(layerCount: 2)
    #expect(
      DraftModel(
        skip: everything,
        weights: DraftWeights(attention: [.fourBits, .model], mlp: [.model, .fourBits]))
        == DraftModel(skip: everything))
  }

  @Test("different draft models have different identities; a skip set's is that of version 0.1.0")
  func identities() {
    #expect(
      DraftModel(skip: SkipSet(attention: [3], mlp: [1, 2])).identity == "[3]/[1, 2]")
    #expect(DraftModel.full.identity == "[]/[]")
    let mixed = DraftWeights(attention: [.model, .eightBits], mlp: [.fourBits, .model])
    let short = DraftVocabulary([1, 5])
    let models: [DraftModel] = [
      .full, DraftModel(skip: SkipSet(attention: [0], mlp: [])),
      DraftModel(skip: .none, weights: .uniform(.eightBits)),
      DraftModel(skip: .none, weights: .uniform(.fourBits)),
      DraftModel(skip: .none, weights: mixed),
      DraftModel(skip: .none, head: DraftHead(precision: .fourBits)),
      DraftModel(skip: .none, head: DraftHead(precision: .model, vocabulary: short)),
      DraftModel(skip: .none, head: DraftHead(precision: .fourBits, vocabulary: short)),
      DraftModel(
        skip: .none, head: DraftHead(precision: .model, vocabulary: DraftVocabulary([1, 6]))),
    ]
    #expect(Set(models).count == models.count)
    #expect(Set(models.map(\.identity)).count == models.count)
  }

  @Test("a draft fits the models that have its layers, its depth and its tokens")
  func fitting() {
    let weights = DraftWeights(attention: [.model, .eightBits], mlp: [.fourBits, .model])
    let draft = DraftModel(
      skip: SkipSet(attention: [], mlp: [1]), weights: weights,
      head: DraftHead(precision: .model, vocabulary: DraftVocabulary([0, 9])))
    #expect(draft.fits(layerCount: 2) && draft.fits(layerCount: 2, vocabularySize: 10))
    #expect(!draft.fits(layerCount: 2, vocabularySize: 9))
    #expect(!draft.fits(layerCount: 1) && !draft.fits(layerCount: 3))
    let uniform = DraftModel(skip: .none, weights: .uniform(.fourBits))
    #expect(uniform.fits(layerCount: 1) && uniform.fits(layerCount: 99))
  }

  @Test("a draft vocabulary is a set of tokens, whatever their order")
  func vocabulary() {
    let vocabulary = DraftVocabulary([7, 3, 7, 0, 12])
    #expect(vocabulary.ids == [0, 3, 7, 12] && vocabulary.count == 4)
    #expect(vocabulary == DraftVocabulary([0, 12, 7, 3]))
    #expect(vocabulary != DraftVocabulary([0, 3, 7, 13]))
    // By its name alone it is the same, but nobody can draft with it.
    let name = DraftVocabulary(count: 4, fingerprint: vocabulary.fingerprint)
    #expect(name == vocabulary && name.hashValue == vocabulary.hashValue)
    #expect(name.description == vocabulary.description)
    #expect(vocabulary.isComplete && !name.isComplete && name.count == 4)
    #expect(DraftVocabulary(count: 5, fingerprint: vocabulary.fingerprint) != vocabulary)
    func model(_ vocabulary: DraftVocabulary) -> DraftModel {
      DraftModel(skip: .none, head: DraftHead(precision: .model, vocabulary: vocabulary))
    }
    #expect(model(vocabulary).fits(layerCount: 1, vocabularySize: 13))
    #expect(model(name).fits(layerCount: 1))
    #expect(!model(name).fits(layerCount: 1, vocabularySize: 13))
  }
}
