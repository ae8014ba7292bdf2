import Checkpoints
import Statistics
import Testing

@testable import Inference

@Suite("Measuring the engine")
struct MeasurementTests {
  /// A checkpoint of two layers whose bytes can be counted by hand.
  private func tinyCheckpoint(positions: Int) throws -> Checkpoint {
    var shape = ModelConfiguration(
      hiddenSize: 8, intermediateSize: 12, layerCount: 2, headCount: 2, keyValueHeadCount: 1,
      headDimension: 4, vocabularySize: 10, maxPositionEmbeddings: positions)
    shape.tiesWordEmbeddings = true
    return try Checkpoint(random: shape, type: .bf16, seed: 1)
  }

  @Test("counts the bytes that a token reads with and without a skip set")
  func bytes() throws {
    let model = LanguageModel(try tinyCheckpoint(positions: 64), threads: 1)
    // Attention: q 8×8, k and v 4×8, o 8×8; MLP: three of 12×8; head 10×8; two bytes each.
    #expect(model.weightBytes() == 2 * (2 * (192 + 288) + 80))
    #expect(
      model.weightBytes(of: DraftModel(skip: SkipSet(attention: [1], mlp: []))) == 2
        * (960 - 192 + 80))
    #expect(model.weightBytes(of: DraftModel(skip: .everything(layerCount: 2))) == 160)
  }

  @Test("gives every figure that the benchmark prints")
  func figures() throws {
    var random = TestRandom(15)
    let model = LanguageModel(try randomModel(&random), threads: 1)
    let benchmark = try EngineBenchmark(
      model: model, draft: DraftModel(skip: .everything(layerCount: model.layers.count)),
      repetitions: 2)
    #expect(benchmark.repetitions.count == 2)
    #expect(benchmark.decodeTokensPerSecond > 0 && benchmark.decodeGigabytesPerSecond > 0)
    #expect(benchmark.prefillTokensPerSecond > 0 && benchmark.prefillGigaflops > 0)
    #expect(benchmark.readBandwidth > 0 && benchmark.draftStepOverBytes > 0)
    #expect(benchmark.verifyOverOne.allSatisfy { $0.ratio > 0 })
    #expect(benchmark.peakGigaflops > 0.01 && benchmark.verifyLimit(rows: 16) > 0)
    #expect(benchmark.draftBytes == model.head.byteCount)
  }

  @Test("times tokens after a long text, where the model's context has room for one")
  func longText() throws {
    let model = LanguageModel(try tinyCheckpoint(positions: 1100), threads: 1)
    let benchmark = try EngineBenchmark(
      model: model, draft: DraftModel(skip: .everything(layerCount: 2)), repetitions: 1)
    #expect(benchmark.farContext == 1100 - 64)
    #expect((benchmark.farOverNear ?? 0) > 0 && (benchmark.farVerifyOverOne ?? 0) > 0)
    // Keys and values of a head padded to 16 floats, in two layers.
    let bytes = Double(model.weightBytes())
    let position = Double(2 * 2 * 16 * 4)
    #expect(
      benchmark.farBytesOverNear == (bytes + position * 1036) / (bytes + position * 32))

    let short = LanguageModel(try tinyCheckpoint(positions: 1000), threads: 1)
    let timer = try EngineTimer(model: short, draft: DraftModel(skip: .none))
    #expect(!timer.canRun(.far(rows: 1)))
  }

  @Test("a cache filled with a text repeated attends as one that was computed with it")
  func repeatedText() throws {
    var random = TestRandom(16)
    let model = LanguageModel(try randomModel(&random), threads: 1)
    let source = Runner(model, capacity: 20)
    source.begin(promptLength: 20)
    _ = source.append([1, 2, 3, 4, 5, 6, 7])
    let filled = Runner(model, capacity: 20)
    filled.begin(promptLength: 20)
    filled.cache.fill(repeating: source.cache, to: 17)
    #expect(filled.cache.count == 17)
    for position in 0..<17 {
      let (own, other) = (filled.cache.view, source.cache.view)
      let key = own.key(layer: 0, head: 0, position: position)
      let sourceKey = other.key(layer: 0, head: 0, position: position % 7)
      #expect(
        key[0] == sourceKey[0] && key[KeyValueLayout.block] == sourceKey[KeyValueLayout.block])
      #expect(
        own.value(layer: 0, head: 0, position: position)[1]
          == other.value(layer: 0, head: 0, position: position % 7)[1])
    }
  }

  @Test("no kernel computes faster than the arithmetic probe says", arguments: instructionSets)
  func arithmetic(set: InstructionSet) {
    let team = ThreadTeam(count: 1)
    let peak = (0..<5).map { _ in ArithmeticPeak.measure(team: team, instructionSet: set) }.max()
    // Two vectors of floats per cycle at most, or a row of a tile in a third of it, two operations
    // each, below 10 GHz on any machine.
    let most = set == .amx ? 2 * 16 * 32 * 10 / 3 : 2 * 2 * 16 * 10
    #expect((peak ?? 0) > 0.1 && (peak ?? 0) < Double(most))
  }

  @Test("the median of an even number of values is the mean of the middle two")
  func medians() {
    #expect(median([]) == 0 && median([3]) == 3)
    #expect(median([5, 1, 3]) == 3 && median([4, 1, 3, 2]) == 2.5)
  }
}
