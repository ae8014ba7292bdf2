import Checkpoints
import Files
import Foundation
import TestSupport
import Testing

@Suite("A model in a GGUF file")
struct GGUFModelTests {
  @Test(
    "has the configuration that its keys and tensors give",
    arguments: [
      ("q8_0", Architecture.llama, false, ElementType.q80), ("qwen2", .qwen2, false, .q50),
      ("qwen3", .qwen3, true, .q40), ("gemma2", .gemma2, true, .q40),
      ("gemma3", .gemma3, true, .q41), ("smollm3", .smolLM3, true, .q51),
      ("phi3", .phi3, false, .q41), ("mixed", .llama, false, .q4K),
    ])
  func configuration(
    name: String, architecture: Architecture, isTied: Bool, type: ElementType
  ) throws {
    let checkpoint = try Checkpoint(path: fixture("gguf/\(name).gguf"))
    let c = checkpoint.configuration
    #expect(c.architecture == architecture && c.tiesWordEmbeddings == isTied)
    #expect(checkpoint.elementType == type)
    #expect(c.vocabularySize == 91 && c.headDimension == 32 && c.maxPositionEmbeddings == 128)
    #expect(c.keyValueHeadCount == 2 && c.bosID == 1 && c.endOfTextIDs == [0])
    #expect(c.rotatesNeighbors == (architecture == .llama || architecture == .smolLM3))
    #expect(abs(c.rmsNormEpsilon - 1e-5) < 1e-10)
    #expect(checkpoint.warnings.isEmpty)
    #expect(checkpoint.fingerprint.count == 16)
    switch architecture {
    case .gemma2:
      #expect(c.slidingWindow == 6 && c.fullAttentionLayers == [1])
      #expect(c.attentionCap == 50 && c.logitCap == 30)
    case .gemma3:
      #expect(c.slidingWindow == 6 && c.fullAttentionLayers == [5])
      #expect(c.localRope?.theta == 10_000 && c.logitCap == nil)
    case .smolLM3: #expect(c.unrotatedLayers == [3])
    default: #expect(c.slidingWindow == nil && c.unrotatedLayers.isEmpty)
    }
  }

  @Test("stretches RoPE by the tensors that say how")
  func rope() throws {
    let llama = try Checkpoint(path: fixture("gguf/llama3.gguf")).configuration
    #expect(
      llama.ropeScaling
        == .factors(
          Array(repeating: 1, count: 6) + Array(repeating: 2, count: 4)
            + Array(repeating: 8, count: 6)))
    let phi = try Checkpoint(path: fixture("gguf/phi3-longrope.gguf")).configuration
    guard case .longRope(let scaling) = phi.ropeScaling else {
      Issue.record("\(phi.ropeScaling)")
      return
    }
    #expect(phi.rotaryDimension == 24 && scaling.originalMaxPositions == 8)
    #expect(scaling.attentionFactor == 1.25 && scaling.longFactors.last == 4)
  }

  /// A Llama of one layer, in F32, of zeros.
  private static var small: GGUFBuilder {
    var file = GGUFBuilder()
    file.metadata = [
      ("general.architecture", .string("llama")), ("llama.block_count", .uint32(1)),
      ("llama.embedding_length", .uint32(8)), ("llama.feed_forward_length", .uint32(4)),
      ("llama.attention.head_count", .uint32(2)), ("llama.context_length", .uint32(16)),
      ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
    ]
    func tensor(_ name: String, _ sizes: UInt64...) {
      let count = Int(sizes.reduce(4, *))
      file.tensors.append(.init(name, 0, sizes, Array(repeating: 0, count: count)))
    }
    tensor("token_embd.weight", 8, 5)
    tensor("output_norm.weight", 8)
    for name in ["attn_norm", "ffn_norm"] { tensor("blk.0.\(name).weight", 8) }
    for name in ["attn_q", "attn_k", "attn_v", "attn_output"] {
      tensor("blk.0.\(name).weight", 8, 8)
    }
    for name in ["ffn_gate", "ffn_up"] { tensor("blk.0.\(name).weight", 8, 4) }
    tensor("blk.0.ffn_down.weight", 4, 8)
    return file
  }

  private func refused(
    _ field: String, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout GGUFBuilder) -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      var file = Self.small
      change(&file)
      let path = try file.write(to: directory)
      do {
        _ = try Checkpoint(path: directory)
        Issue.record("loaded", sourceLocation: sourceLocation)
      } catch let error as InputError {
        #expect(
          error.file == path && error.field == field, "\(error)", sourceLocation: sourceLocation)
        for word in words {
          #expect(error.problem.contains(word), "\(error)", sourceLocation: sourceLocation)
        }
        #expect(!error.problem.hasSuffix("."), sourceLocation: sourceLocation)
      }
    }
  }

  private func set(
    _ key: String, _ value: GGUFBuilder.Value?
  ) -> (inout GGUFBuilder) -> Void {
    { file in
      file.metadata.removeAll { $0.key == key }
      if let value { file.metadata.append((key, value)) }
    }
  }

  @Test("is found in a directory, and its sizes are as the file has them")
  func loads() throws {
    try withTemporaryDirectory { directory in
      _ = try Self.small.write(to: directory)
      let checkpoint = try Checkpoint(path: directory)
      #expect(checkpoint.configuration.tiesWordEmbeddings)
      #expect(checkpoint.configuration.keyValueHeadCount == 2)
      #expect(checkpoint.parameterCount == 5 * 8 + 8 + 2 * 8 + 4 * 64 + 3 * 32)
    }
  }

  @Test("of another kind is refused, with what it is")
  func kinds() throws {
    try refused(
      "general.architecture", ["\"mamba\"", "state space", "llama"],
      set("general.architecture", .string("mamba")))
    try refused("general.type", ["adapter"], set("general.type", .string("adapter")))
    try refused("split.count", ["3 files", "not called"], set("split.count", .uint32(3)))
    try refused("llama.expert_count", ["experts"], set("llama.expert_count", .uint32(8)))
    try refused(
      "llama.rope.scaling.type", ["\"su\"", "yarn"],
      set("llama.rope.scaling.type", .string("su")))
  }

  @Test("without a key, or with an absurd one, is refused")
  func keys() throws {
    for key in ["block_count", "embedding_length", "context_length", "attention.head_count"] {
      try refused("llama.\(key)", ["missing"], set("llama.\(key)", nil))
      try refused("llama.\(key)", ["found 0"], set("llama.\(key)", .uint32(0)))
    }
    try refused(
      "llama.attention.head_count_kv", ["from 1 to 2"],
      set("llama.attention.head_count_kv", .uint32(3)))
    try refused(
      "llama.feed_forward_length", ["2 elements for 1 layers"],
      set("llama.feed_forward_length", .integers([4, 4])))
    try refused(
      "llama.rope.freq_base", ["above 1"], set("llama.rope.freq_base", .float32(0.5)))
  }

  @Test("with missing, foreign or misshapen tensors, or of types not supported, is refused")
  func tensors() throws {
    try refused("blk.0.attn_q.weight", ["2 tensors are missing", "blk.0.ffn_up.weight"]) {
      $0.tensors.removeAll { ["blk.0.attn_q.weight", "blk.0.ffn_up.weight"].contains($0.name) }
    }
    try refused("blk.0.ffn_gate_inp.weight", ["no such tensor"]) {
      $0.tensors.append(.init("blk.0.ffn_gate_inp.weight", 0, [1], [0, 0, 0, 0]))
    }
    try refused("blk.0.ffn_down.weight", ["[4, 8]", "[8, 4]"]) {
      $0.tensors[$0.tensors.count - 1].sizes = [8, 4]
    }
    try refused("token_embd.weight", ["IQ2_XXS", "Q4_K_M"]) {
      $0.tensors[0] = .init("token_embd.weight", 16, [256, 5], Array(repeating: 0, count: 330))
    }
    try refused("output_norm.weight", ["Q4_0", "F32"]) {
      $0.metadata[2].value = .uint32(32)
      for index in $0.tensors.indices {
        let tensor = $0.tensors[index]
        let sizes = tensor.sizes.map { $0 == 8 ? 32 : $0 }
        $0.tensors[index].sizes = sizes
        $0.tensors[index].data = Array(repeating: 0, count: Int(sizes.reduce(4, *)))
      }
      $0.tensors[1] = .init("output_norm.weight", 2, [32], Array(repeating: 0, count: 18))
    }
  }
}
