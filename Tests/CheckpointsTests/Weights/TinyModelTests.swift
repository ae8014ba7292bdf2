import Checkpoints
import Files
import TestSupport
import Testing

@Suite("tiny models")
struct TinyModelTests {
  @Test(
    "what a random model wrote is what is loaded, shape by shape and bit by bit", arguments: 0..<60)
  func roundTrip(seed: UInt64) throws {
    let model = TinyModel(randomFrom: seed)
    try withTemporaryDirectory { directory in
      try model.write(to: directory)
      let checkpoint = try Checkpoint(directory: directory + "/")
      let configuration = checkpoint.configuration
      #expect(checkpoint.warnings.isEmpty)
      #expect(configuration.architecture.rawValue == model.architecture)
      #expect(configuration.hiddenSize == model.hiddenSize)
      #expect(configuration.headDimension == model.effectiveHeadDimension)
      #expect(configuration.keyValueHeadCount == model.keyValueHeadCount)
      #expect(configuration.maxPositionEmbeddings == model.maxPositionEmbeddings)
      #expect(configuration.rmsNormEpsilon == model.rmsNormEpsilon)
      #expect(configuration.ropeTheta == model.ropeTheta)
      #expect(configuration.slidingWindow == model.slidingWindow)
      #expect(configuration.bosID == 1)
      #expect(
        configuration.endOfTextIDs
          == Set(model.endOfTextIDs + (model.generationEndOfTextIDs ?? [])).sorted())
      #expect((configuration.ropeScaling == .none) == (model.rope.type == "default"))
      #expect(checkpoint.elementType.rawValue == model.type.rawValue)
      try expectEqualWeights(checkpoint, model)
    }
  }

  private func expectEqualWeights(_ checkpoint: Checkpoint, _ model: TinyModel) throws {
    var expected = model.values
    #expect(checkpoint.parameterCount == expected.values.reduce(0) { $0 + $1.count })
    func check(_ name: String, _ found: [Float]?) {
      #expect(found == expected.removeValue(forKey: name), "\(name)")
    }
    func check(_ tensor: WeightTensor) { check(tensor.name, tensor.toFloats()) }
    check(checkpoint.embedding)
    check("model.norm.weight", checkpoint.finalNorm)
    if model.tiesWordEmbeddings {
      #expect(checkpoint.head.bytes.baseAddress == checkpoint.embedding.bytes.baseAddress)
    } else {
      check(checkpoint.head)
    }
    for (index, layer) in checkpoint.layers.enumerated() {
      let prefix = "model.layers.\(index)"
      check("\(prefix).input_layernorm.weight", layer.norms[.attentionNorm])
      check("\(prefix).post_attention_layernorm.weight", layer.norms[.mlpNorm])
      let matrices: [(String, LayerTensor)] = [
        ("self_attn.q_proj", .query), ("self_attn.k_proj", .key), ("self_attn.v_proj", .value),
        ("self_attn.o_proj", .output), ("mlp.gate_proj", .gate), ("mlp.up_proj", .up),
        ("mlp.down_proj", .down),
      ]
      for (name, tensor) in matrices {
        let matrix = try #require(layer.matrices[tensor])
        #expect(matrix.name == "\(prefix).\(name).weight")
        check(matrix)
        check("\(prefix).\(name).bias", layer.biases[tensor])
      }
    }
    #expect(expected.isEmpty)
  }

  @Test("the fingerprint does not depend on shards or directory, and depends on every tensor")
  func fingerprint() throws {
    var model = TinyModel()
    func fingerprint(_ change: ((inout [SafetensorsTensor]) -> Void)? = nil) throws -> String {
      try withTemporaryDirectory { directory in
        try model.write(to: directory)
        var tensors = model.tensors
        change?(&tensors)
        try model.writeWeights(tensors, to: directory)
        return try Checkpoint(directory: directory).fingerprint
      }
    }
    let original = try fingerprint()
    for index in model.tensors.indices {
      #expect(try fingerprint { $0[index].bytes[0] ^= 1 } != original)
      #expect(try fingerprint { $0[index].bytes[$0[index].bytes.count - 2] ^= 1 } != original)
    }
    model.shardCount = 3
    #expect(try fingerprint() == original)
    model.rmsNormEpsilon = 1e-6
    #expect(try fingerprint() != original)
  }
}
