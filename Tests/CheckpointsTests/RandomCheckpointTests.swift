import Checkpoints
import TestSupport
import Testing

@Suite("random checkpoints")
struct RandomCheckpointTests {
  private func configuration(hidden: Int = 48) -> ModelConfiguration {
    var configuration = ModelConfiguration(
      hiddenSize: hidden, intermediateSize: 37, layerCount: 3, headCount: 4, keyValueHeadCount: 2,
      headDimension: 10, vocabularySize: 51, maxPositionEmbeddings: 64)
    configuration.attentionBias = true
    configuration.mlpBias = true
    return configuration
  }

  @Test(
    "have the shapes of the configuration, and counts to match", arguments: ElementType.allCases)
  func shapes(type: ElementType) {
    let checkpoint = Checkpoint(random: configuration(), type: type, seed: 1)
    #expect(checkpoint.elementType == type)
    #expect(checkpoint.embedding.shape == [51, 48])
    #expect(checkpoint.head.shape == [51, 48])
    let matrices = 2 * 51 * 48 + 3 * (48 * 40 + 2 * 48 * 20 + 40 * 48 + 3 * 48 * 37)
    let vectors = 48 + 3 * (2 * 48 + 40 + 2 * 20 + 48 + 2 * 37 + 48)
    #expect(checkpoint.parameterCount == matrices + vectors)
    #expect(checkpoint.weightByteCount == matrices * type.byteCount)
    #expect(checkpoint.layers[2].downBias?.count == 48)
  }

  @Test("keep products of order one, in every type", arguments: ElementType.allCases)
  func scale(type: ElementType) {
    for hidden in [4, 48, 1000, 5000] {
      let matrix = Checkpoint(random: configuration(hidden: hidden), type: type, seed: 3).embedding
      let values = matrix.toFloats()
      #expect(values.allSatisfy { $0.isFinite && $0 != 0 })
      let square = values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)
      let gain = square * Double(hidden)
      #expect((0.2...5).contains(gain), "\(hidden)")
      let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
      #expect(abs(mean) < 6 * (square / Double(values.count)).squareRoot())
    }
  }

  @Test("are the same for the same seed, and others for another")
  func seeds() {
    func make(_ seed: UInt64) -> Checkpoint {
      Checkpoint(random: configuration(), type: .bf16, seed: seed)
    }
    #expect(make(5).fingerprint == make(5).fingerprint)
    #expect(make(5).layers[1].up.toFloats() == make(5).layers[1].up.toFloats())
    #expect(make(5).fingerprint != make(6).fingerprint)
    let layers = make(5).layers
    #expect(layers[0].up.toFloats() != layers[1].up.toFloats())
  }

  @Test("a tensor outlives its checkpoint")
  func lifetime() {
    func tensor() -> WeightTensor {
      Checkpoint(random: configuration(), type: .f32, seed: 9).layers[0].gate
    }
    let kept = tensor()
    let values = kept.toFloats()
    for seed: UInt64 in 0..<20 { _ = Checkpoint(random: configuration(), type: .f32, seed: seed) }
    #expect(kept.toFloats() == values)
  }
}
