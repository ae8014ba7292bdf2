import Files
import TestSupport
import Testing

@testable import Checkpoints

/// What Hugging Face's configuration classes (transformers 5.24.0) make of files as they are
/// published: few keys, old names.
@Suite("config.json of each architecture")
struct ArchitectureTests {
  private func read(
    _ architecture: Architecture, _ members: JSON, root: JSON = [:]
  ) throws -> ModelConfiguration {
    guard case .object(let own) = members, case .object(let outer) = root else {
      preconditionFailure("objects are needed")
    }
    let facts = architecture.facts
    let sizes: [JSON.Member] = [
      JSON.Member("hidden_size", 64), JSON.Member("intermediate_size", 96),
      JSON.Member("num_hidden_layers", 8),
    ]
    let name: [JSON.Member] = [
      JSON.Member("architectures", .array([.string(architecture.rawValue)])),
      JSON.Member("model_type", .string(facts.modelType)),
    ]
    let text = sizes + own
    return try withTemporaryDirectory { directory in
      let all: JSON =
        facts.textPart.map { .object(name + [JSON.Member($0.configurationKey, .object(text))]) }
        ?? .object(name + text)
      try writeAtomically(all.adding(outer).pretty, to: "\(directory)/config.json")
      return try ModelConfiguration(directory: directory)
    }
  }

  private func windows(_ c: ModelConfiguration) -> [Int?] {
    (0..<c.layerCount).map { c.window(ofLayer: $0) }
  }

  @Test("Gemma 3 of text and images, as published: what is missing is its class's")
  func gemma3() throws {
    let c = try read(
      .gemma3Multimodal,
      [
        "model_type": "gemma3_text", "rope_scaling": ["factor": 8.0, "rope_type": "linear"],
        "sliding_window": 1024,
      ], root: ["eos_token_id": [1, 106]])
    #expect(c.headCount == 8 && c.keyValueHeadCount == 4 && c.headDimension == 256)
    #expect(c.vocabularySize == 262_208 && c.maxPositionEmbeddings == 131_072)
    #expect(c.tiesWordEmbeddings && c.endOfTextIDs == [1, 106] && c.queryScalar == 256)
    #expect(windows(c) == [1024, 1024, 1024, 1024, 1024, nil, 1024, 1024])
    #expect(c.ropeTheta == 1_000_000 && c.ropeScaling == .linear(factor: 8))
    #expect(c.localRope == RotaryEmbedding(theta: 10_000))
    #expect(c.embeddingScale == 8)
    let sizes: JSON = [
      "num_attention_heads": 4, "num_key_value_heads": 1, "vocab_size": 99,
      "sliding_window_pattern": 2, "rope_local_base_freq": 500.0, "rope_theta": 7000.0,
    ]
    let old = try read(.gemma3, sizes)
    #expect(windows(old) == [4096, nil, 4096, nil, 4096, nil, 4096, nil])
    #expect(old.localRope?.theta == 500 && old.ropeTheta == 7000)
  }

  @Test("Qwen: windows only where they are in use, from a layer on or by the list")
  func qwen() throws {
    let sizes: JSON = ["num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 99]
    func qwen(_ more: [JSON.Member]) throws -> ModelConfiguration {
      try read(.qwen2, sizes.adding(more))
    }
    let off = [JSON.Member("sliding_window", 32), JSON.Member("max_window_layers", 3)]
    #expect(try qwen(off).slidingWindow == nil)
    let on = off + [JSON.Member("use_sliding_window", true)]
    #expect(windows(try qwen(on)) == [nil, nil, nil, 32, 32, 32, 32, 32])
    let list = (0..<8).map { JSON.string($0 == 2 ? "sliding_attention" : "full_attention") }
    let listed = try qwen(on + [JSON.Member("layer_types", .array(list))])
    #expect(windows(listed) == [nil, nil, 32, nil, nil, nil, nil, nil])
    #expect(throws: InputError.self) {
      try qwen(off + [JSON.Member("layer_types", .array(list))])
    }
    #expect(throws: InputError.self) {
      try qwen(on + [JSON.Member("layer_types", .array(Array(list.dropLast())))])
    }
    let linear = [JSON.string("linear_attention")] + list.dropFirst()
    #expect(throws: InputError.self) { try qwen(on + [JSON.Member("layer_types", .array(linear))]) }
    let three = try read(.qwen3, sizes)
    #expect(three.headDimension == 128 && !three.attentionBias)
  }

  @Test("SmolLM 3: layers without RoPE by interval or list")
  func smolLM3() throws {
    let sizes: JSON = ["num_attention_heads": 4, "vocab_size": 99]
    let plain = try read(.smolLM3, sizes)
    #expect(plain.unrotatedLayers == [3, 7] && plain.keyValueHeadCount == 4)
    #expect(plain.tiesWordEmbeddings && plain.ropeTheta == 2_000_000)
    let every = try read(.smolLM3, sizes.adding([JSON.Member("no_rope_layer_interval", 3)]))
    #expect(every.unrotatedLayers == [2, 5])
    let list = JSON([1, 0, 1, 1, 1, 1, 1, 0])
    let windowed = try read(
      .smolLM3,
      sizes.adding([
        JSON.Member("no_rope_layers", list), JSON.Member("use_sliding_window", true),
        JSON.Member("sliding_window", 5),
      ]))
    #expect(windowed.unrotatedLayers == [1, 7])
    #expect(windows(windowed) == [nil, 5, nil, nil, nil, nil, nil, 5])
  }

  @Test("Phi-3: LongRoPE under all its names, a part of each head, the original context outside")
  func phi3() throws {
    let factors = JSON([1.0, 2, 3, 4, 5, 6])
    for type in ["longrope", "su", "yarn"] {
      let c = try read(
        .phi3,
        [
          "num_attention_heads": 4, "vocab_size": 99, "partial_rotary_factor": 0.75,
          "max_position_embeddings": 131_072, "original_max_position_embeddings": 4096,
          "rope_scaling": [
            "type": .string(type), "short_factor": factors, "long_factor": factors,
          ],
        ])
      #expect(c.rotaryDimension == 12 && c.rmsNormEpsilon == 1e-5)
      guard case .longRope(let rope) = c.ropeScaling else {
        Issue.record("\(c.ropeScaling)")
        continue
      }
      #expect(rope.originalMaxPositions == 4096)
      // √(1 + ln 32 / ln 4096), whose powers of two are the 5th and the 12th.
      #expect(abs(rope.attentionFactor - (1 + 5.0 / 12).squareRoot()) < 1e-12)
      #expect(c.longestUnstretchedText == 4096)
    }
    let error = #expect(throws: InputError.self) {
      try read(
        .phi3,
        [
          "num_attention_heads": 4, "vocab_size": 99,
          "rope_scaling": ["type": "linear", "factor": 2.0],
        ])
    }
    #expect(error?.problem.contains("\"linear\" is not supported") == true)
  }

  @Test("dynamic RoPE goes beyond its context as far as its factor")
  func dynamic() throws {
    let c = try readConfiguration([
      ("rope_scaling", ["type": "dynamic", "factor": 2.0]), ("max_position_embeddings", 100),
    ])
    #expect(c.contextLength == 200 && c.ropeScaling.dependsOnLength)
    #expect(c.ropeScaling.variant(sequenceLength: 100) == 0)
    #expect(c.ropeScaling.variant(sequenceLength: 101) != 0)
    #expect(try readConfiguration([("max_position_embeddings", 100)]).contextLength == 100)
  }

  @Test(
    "what changes nothing is not refused",
    arguments: [
      ("quantization_config", [:]), ("quantization_config", .null), ("num_experts", 0),
      ("num_local_experts", 1), ("residual_multiplier", 1.0), ("no_rope_layers", [1, 1]),
      ("use_bidirectional_attention", false), ("is_encoder_decoder", false), ("quantization", [:]),
    ] as [(String, JSON)])
  func harmless(key: String, value: JSON) throws {
    #expect(try readConfiguration([(key, value)]).architecture == .llama)
  }

  @Test("what Python writes of numbers is read, and refused where a number is needed")
  func pythonNumbers() throws {
    try withTemporaryDirectory { directory in
      let text = TinyModel().configuration.compact.dropLast()
      try writeAtomically(
        text + ", \"time_step_limit\": [0.0, Infinity], \"x\": NaN, \"y\": -Infinity}",
        to: "\(directory)/config.json")
      #expect(try ModelConfiguration(directory: directory).layerCount == 2)
      let bad = text.replacing("\"rms_norm_eps\"", with: "\"rms_norm_eps\": NaN, \"old\"")
      try writeAtomically(bad + "}", to: "\(directory)/config.json")
      let error = #expect(throws: InputError.self) { try ModelConfiguration(directory: directory) }
      #expect(error?.field == "rms_norm_eps" && error?.problem.contains("finite") == true)
    }
  }
}
