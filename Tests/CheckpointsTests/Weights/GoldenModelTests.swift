import Files
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

private let models = fixture("golden/models")

@Suite("golden models")
struct GoldenModelTests {
  private func load(_ name: String) throws -> Checkpoint {
    let checkpoint = try Checkpoint(directory: "\(models)/\(name)")
    #expect(checkpoint.warnings.isEmpty)
    return checkpoint
  }

  @Test(
    "every golden Llama and Mistral loads, with the shape in its config.json",
    arguments: [
      ("llama-gqa-tied-bf16", ElementType.bf16, 4, 2, 12), ("llama-headdim-bf16", .bf16, 6, 3, 20),
      ("llama-linear-rope-bf16-sharded", .bf16, 4, 2, 12),
      ("llama-mha-untied-bias-f16", .f16, 4, 4, 12), ("llama-yarn-rope-bf16", .bf16, 4, 2, 12),
      ("llama3-rope-f32", .f32, 4, 1, 12), ("mistral-window-bf16", .bf16, 4, 2, 12),
    ])
  func loads(name: String, type: ElementType, heads: Int, keyValueHeads: Int, headDimension: Int)
    throws
  {
    let checkpoint = try load(name)
    let configuration = checkpoint.configuration
    #expect(configuration.hiddenSize == 48)
    #expect(configuration.intermediateSize == 112)
    #expect(configuration.layerCount == 5)
    #expect(configuration.vocabularySize == 160)
    #expect(configuration.headCount == heads)
    #expect(configuration.keyValueHeadCount == keyValueHeads)
    #expect(configuration.headDimension == headDimension)
    #expect(configuration.rmsNormEpsilon == 1e-5)
    #expect(configuration.endOfTextIDs == [2])
    #expect(configuration.bosID == 1)
    #expect(checkpoint.elementType == type)
    #expect(checkpoint.layers.count == 5)
    let layer = try #require(checkpoint.layers.last)
    #expect(layer.matrices[.query]?.shape == [heads * headDimension, 48])
    #expect(layer.matrices[.key]?.shape == [keyValueHeads * headDimension, 48])
    #expect(layer.matrices[.output]?.shape == [48, heads * headDimension])
    #expect(layer.matrices[.down]?.shape == [48, 112])
    #expect(layer.norms[.attentionNorm]?.count == 48)
    #expect(checkpoint.embedding.shape == [160, 48])
    #expect(
      checkpoint.head.name
        == (name.contains("-tied") ? "model.embed_tokens.weight" : "lm_head.weight"))
    #expect(checkpoint.fingerprint.count == 16)
  }

  @Test("the variants' own fields are read")
  func variants() throws {
    #expect(try load("llama-gqa-tied-bf16").configuration.tiesWordEmbeddings)
    let biased = try load("llama-mha-untied-bias-f16")
    #expect(biased.configuration.attentionBias && biased.configuration.mlpBias)
    #expect(biased.layers[4].biases[.query]?.count == 48)
    #expect(biased.layers[4].biases[.output]?.count == 48)
    #expect(biased.layers[4].biases[.gate]?.count == 112)
    #expect(biased.layers[4].biases[.down]?.count == 48)
    #expect(
      try load("llama-linear-rope-bf16-sharded").configuration.ropeScaling == .linear(factor: 4))
    let llama3 = try load("llama3-rope-f32").configuration
    #expect(llama3.ropeTheta == 500_000)
    #expect(llama3.maxPositionEmbeddings == 512)
    #expect(
      llama3.ropeScaling
        == .llama3(
          factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaxPositions: 32))
    #expect(
      try load("llama-yarn-rope-bf16").configuration.ropeScaling
        == .yarn(
          RopeScaling.Yarn(
            factor: 4, originalMaxPositions: 16, betaFast: 32, betaSlow: 1, truncate: true,
            attentionFactor: 0.1 * log(4) + 1)))
    let mistral = try load("mistral-window-bf16").configuration
    #expect(mistral.architecture == .mistral)
    #expect(mistral.slidingWindow == 7)
  }

  @Test("the shards' index gives the number of parameters and bytes")
  func shardedSize() throws {
    let checkpoint = try load("llama-linear-rope-bf16-sharded")
    // `metadata` of its model.safetensors.index.json; norms are no matrices.
    #expect(checkpoint.parameterCount == 131_088)
    #expect(checkpoint.matrices.reduce(0) { $0 + $1.bytes.count } == 262_176 - 2 * 11 * 48)
  }

  @Test(
    "the other architectures load, with what their config.json says and what it does not",
    arguments: [
      "qwen2-bf16", "qwen2-window-bf16", "qwen3-bf16", "gemma2-bf16", "gemma3-bf16", "smollm3-bf16",
      "phi3-bf16",
    ])
  func others(name: String) throws {
    let checkpoint = try load(name)
    let c = checkpoint.configuration
    let layer = try #require(checkpoint.layers.last)
    let windows = (0..<5).map { c.window(ofLayer: $0) }
    switch c.architecture {
    case .qwen2:
      #expect(layer.biases[.query]?.count == 48 && layer.biases[.key]?.count == 24)
      #expect(layer.biases[.value]?.count == 24 && layer.biases[.output] == nil)
      #expect(windows == (name == "qwen2-bf16" ? [nil, nil, nil, nil, nil] : [nil, nil, 6, 6, 6]))
    case .qwen3:
      #expect(layer.norms[.queryNorm]?.count == 20 && layer.norms[.keyNorm]?.count == 20)
    case .gemma2:
      #expect(windows == [6, nil, 6, nil, 6])
      #expect(c.attentionCap == 5 && c.logitCap == 3 && c.queryScalar == 20)
      #expect(layer.norms[.attentionOutputNorm]?.count == 48)
      #expect(c.activation == .geluTanh && c.localRope == nil)
    case .gemma3:
      #expect(windows == [6, 6, nil, 6, nil])
      #expect(c.localRope == RotaryEmbedding(theta: 10_000))
      #expect(c.ropeTheta == 1_000_000 && c.ropeScaling == .linear(factor: 8))
      #expect(c.rotation(ofLayer: 0) == .local && c.rotation(ofLayer: 2) == .global)
      #expect(layer.norms[.queryNorm]?.count == 16)
    case .smolLM3:
      #expect(c.unrotatedLayers == [1, 4] && c.rotation(ofLayer: 1) == .none)
      #expect(c.ropeTheta == 2_000_000)
    case .phi3:
      #expect(windows == [9, 9, 9, 9, 9])
      // Three views of one tensor, one below the other.
      let query = try #require(layer.matrices[.query])
      let key = try #require(layer.matrices[.key])
      #expect(query.shape == [48, 48] && key.shape == [24, 48])
      #expect(query.name == "model.layers.4.self_attn.qkv_proj.weight" && key.name == query.name)
      #expect(query.bytes.baseAddress.map { $0 + 48 * 48 * 2 } == key.bytes.baseAddress)
      #expect(layer.matrices[.up]?.shape == [112, 48])
    default: Issue.record("\(c.architecture)")
    }
    #expect(checkpoint.fingerprint.count == 16)
  }
}
