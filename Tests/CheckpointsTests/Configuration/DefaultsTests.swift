import Checkpoints
import Files
import TestSupport
import Testing

@Suite("absent fields of config.json mean what they mean to Hugging Face")
struct DefaultsTests {
  private func bare(_ architecture: String) -> TinyModel {
    var model = TinyModel()
    model.architecture = architecture
    model.hiddenSize = 32
    model.headCount = 16
    return model
  }

  private let optional = [
    "num_key_value_heads", "head_dim", "max_position_embeddings", "rms_norm_eps", "hidden_act",
    "tie_word_embeddings", "eos_token_id", "bos_token_id", "sliding_window", "attention_bias",
    "mlp_bias", "rope_theta", "rope_scaling",
  ]

  @Test("a Llama without optional fields")
  func llama() throws {
    let found = try readConfiguration(bare("LlamaForCausalLM"), optional.map { ($0, nil) })
    #expect(found.keyValueHeadCount == 16)
    #expect(found.headDimension == 2)
    #expect(found.maxPositionEmbeddings == 2048)
    #expect(found.rmsNormEpsilon == 1e-6)
    #expect(found.ropeTheta == 10_000)
    #expect(found.ropeScaling == .none)
    #expect(!found.tiesWordEmbeddings && !found.attentionBias && !found.mlpBias)
    #expect(found.slidingWindow == nil && found.bosID == nil && found.endOfTextIDs.isEmpty)
  }

  @Test("a Mistral without optional fields has 8 key-value heads and a window of 4096")
  func mistral() throws {
    let found = try readConfiguration(bare("MistralForCausalLM"), optional.map { ($0, nil) })
    #expect(found.keyValueHeadCount == 8)
    #expect(found.maxPositionEmbeddings == 131_072)
    #expect(found.slidingWindow == 4096)
  }

  @Test("null differs from absent where Hugging Face says so")
  func nulls() throws {
    let found = try readConfiguration(
      bare("MistralForCausalLM"),
      [("num_key_value_heads", .null), ("sliding_window", .null), ("head_dim", .null)])
    #expect(found.keyValueHeadCount == 16)
    #expect(found.slidingWindow == nil)
    #expect(found.headDimension == 2)
  }

  @Test("a Llama has no window, a Mistral no biases, whatever the config says")
  func foreignFields() throws {
    #expect(try readConfiguration([("sliding_window", 4)]).slidingWindow == nil)
    let mistral = try readConfiguration(
      bare("MistralForCausalLM"), [("attention_bias", true), ("mlp_bias", true)])
    #expect(!mistral.attentionBias && !mistral.mlpBias)
  }

  @Test("without architectures, model_type decides")
  func modelType() throws {
    #expect(try readConfiguration([("architectures", nil)]).architecture == .llama)
    #expect(try readConfiguration([("architectures", [])]).architecture == .llama)
  }

  @Test("end-of-text ids are the union of both files; ids outside the vocabulary are dropped")
  func endOfText() throws {
    var model = TinyModel()
    model.endOfTextIDs = [9, 2, -1]
    model.generationEndOfTextIDs = [5, 2, 4000]
    try withTemporaryDirectory { directory in
      try model.write(to: directory)
      #expect(try ModelConfiguration(directory: directory).endOfTextIDs == [2, 5, 9])
    }
  }
}
