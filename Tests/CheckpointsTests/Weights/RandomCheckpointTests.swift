import TestSupport
import Testing

@testable import Checkpoints

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
    "have the shapes of the configuration, and counts to match", arguments: ElementType.plain)
  func shapes(type: ElementType) throws {
    let checkpoint = try Checkpoint(random: configuration(), type: type, seed: 1)
    #expect(checkpoint.elementType == type)
    #expect(checkpoint.embedding.shape == [51, 48])
    #expect(checkpoint.head.shape == [51, 48])
    let matrices = 2 * 51 * 48 + 3 * (48 * 40 + 2 * 48 * 20 + 40 * 48 + 3 * 48 * 37)
    let vectors = 48 + 3 * (2 * 48 + 40 + 2 * 20 + 48 + 2 * 37 + 48)
    #expect(checkpoint.parameterCount == matrices + vectors)
    #expect(checkpoint.matrices.reduce(0) { $0 + $1.bytes.count } == type.byteCount(of: matrices))
    #expect(checkpoint.layers[2].biases[.down]?.count == 48)
  }

  @Test("keep products of order one, in every type", arguments: ElementType.plain)
  func scale(type: ElementType) throws {
    for hidden in [4, 48, 1000, 5000] {
      let matrix = try Checkpoint(
        random: configuration(hidden: hidden), type: type, seed: 3
      ).embedding
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
  func seeds() throws {
    func make(_ seed: UInt64) throws -> Checkpoint {
      try Checkpoint(random: configuration(), type: .bf16, seed: seed)
    }
    func up(_ layer: Int) throws -> [Float] {
      try #require(try make(5).layers[layer].matrices[.up]).toFloats()
    }
    #expect(try make(5).fingerprint == make(5).fingerprint)
    #expect(try up(1) == up(1))
    #expect(try make(5).fingerprint != make(6).fingerprint)
    #expect(try up(0) != up(1))
  }

  @Test(
    "a seed's weights stay what they were in version 0.1.0",
    arguments: [
      (ElementType.bf16, "057ac235ef157cd7"), (.f16, "a3a9c6fa494b6690"),
      (.f32, "768efed36d8128d1"),
    ])
  func pinned(type: ElementType, fingerprint: String) throws {
    let checkpoint = try Checkpoint(random: configuration(), type: type, seed: 5)
    #expect(checkpoint.fingerprint == fingerprint)
  }

  @Test("a tensor outlives its checkpoint")
  func lifetime() throws {
    func tensor() throws -> WeightTensor {
      let checkpoint = try Checkpoint(random: configuration(), type: .f32, seed: 9)
      return try #require(checkpoint.layers[0].matrices[.gate])
    }
    let kept = try tensor()
    let values = kept.toFloats()
    for seed: UInt64 in 0..<20 {
      _ = try Checkpoint(random: configuration(), type: .f32, seed: seed)
    }
    #expect(kept.toFloats() == values)
  }
}
