import Checkpoints
import Statistics
import Testing

@testable import Inference

@Suite("Measuring the engine")
struct MeasurementTests {
  @Test("counts the bytes that a token reads with and without a skip set")
  func bytes() throws {
    var shape = ModelConfiguration(
      hiddenSize: 8, intermediateSize: 12, layerCount: 2, headCount: 2, keyValueHeadCount: 1,
      headDimension: 4, vocabularySize: 10, maxPositionEmbeddings: 64)
    shape.tiesWordEmbeddings = true
    let model = LanguageModel(try Checkpoint(random: shape, type: .bf16, seed: 1), threads: 1)
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
