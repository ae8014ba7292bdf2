import Checkpoints
import Files
import TestSupport
import Testing

@Suite("a bad config.json is refused in one sentence that names file and field")
struct RefusedConfigurationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var changes: [(String, JSON?)]
    var field: String?
    var words: String
    var architecture = "LlamaForCausalLM"
    var testDescription: String { "\(field ?? ""): \(words)" }

    init(_ key: String, _ value: JSON?, _ words: String, field: String? = nil) {
      changes = [(key, value)]
      self.field = field ?? key
      self.words = words
    }

    static func rope(_ field: String, _ words: String, _ scaling: JSON) -> Case {
      Case("rope_scaling", scaling, words, field: "rope_scaling.\(field)")
    }

    static func mistral(_ key: String, _ value: JSON?, _ words: String, field: String) -> Case {
      var result = Case(key, value, words, field: field)
      result.architecture = "MistralForCausalLM"
      return result
    }
  }

  static let required = [
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size",
  ]
  static let sizes: [Case] = required.flatMap { key in
    [
      Case(key, nil, "missing"), Case(key, .null, "missing"), Case(key, "16", "found a string"),
      Case(key, 2.5, "expected an integer"), Case(key, 0, "found 0"), Case(key, -4, "found -4"),
      Case(key, .integer(.max), "found \(Int.max)"), Case(key, 1e30, "expected an integer"),
      Case(key, .array([]), "found an array"),
    ]
  }
  static let fields: [Case] = [
    Case("architectures", ["PhiForCausalLM"], "\"PhiForCausalLM\" is not supported"),
    Case("architectures", ["Qwen3MoeForCausalLM"], "a mixture of experts"),
    Case("architectures", ["Qwen3NextForCausalLM"], "linear attention"),
    Case("architectures", ["FalconH1ForCausalLM"], "a state space"),
    Case("architectures", ["BertModel"], "an encoder"),
    Case("architectures", ["LlamaModel"], "no head"),
    Case("architectures", ["LlamaForSequenceClassification"], "classifies"),
    Case("architectures", ["T5ForConditionalGeneration"], "an encoder with a decoder"),
    Case("architectures", ["LlavaNextForConditionalGeneration"], "more than text"),
    Case("quantization", ["bits": 4], "MLX"), Case("num_experts", 8, "a mixture of experts"),
    Case("use_bidirectional_attention", true, "encoder"),
    Case("no_rope_layers", [1, 0], "without RoPE", field: "no_rope_layers[1]"),
    Case("final_logit_softcapping", 30.0, "does not have"),
    Case("logits_scaling", 2.0, "not supported"),
    Case("architectures", "LlamaForCausalLM", "expected an array"),
    Case("architectures", [7], "expected a string", field: "architectures[0]"),
    Case("model_type", "qwen2", "does not go with"), Case("model_type", 3, "expected a string"),
    Case("quantization_config", ["bits": 4], "quantised"),
    Case("num_local_experts", 8, "not supported"), Case("hidden_act", "gelu", "silu"),
    Case("num_key_value_heads", 3, "does not divide num_attention_heads (4)"),
    Case("num_key_value_heads", 8, "from 1 to 4"), Case("num_key_value_heads", 0, "from 1 to 4"),
    Case("head_dim", 5, "even"), Case("head_dim", 0, "from 2"),
    Case("head_dim", 1_000_000, "found 1000000"), Case("rms_norm_eps", 0, "above 0"),
    Case("rms_norm_eps", -1e-5, "above 0"), Case("rms_norm_eps", 1.5, "below 1"),
    Case("rms_norm_eps", "1e-5", "expected a number"),
    Case("max_position_embeddings", 0, "found 0"),
    Case("max_position_embeddings", .integer(.max), "found"),
    Case("tie_word_embeddings", "yes", "true or false"), Case("attention_bias", 1, "true or false"),
    Case("mlp_bias", .array([]), "true or false"), Case("eos_token_id", "</s>", "an integer"),
    Case("eos_token_id", [2, "x"], "an integer", field: "eos_token_id[1]"),
    Case("bos_token_id", 1.5, "an integer"), Case("rope_theta", 0, "above 0"),
    Case("rope_theta", 1, "above 1"), Case("rope_theta", "10000", "expected a number"),
    Case("rope_theta", 1e300, "up to 1e15"), Case("rope_scaling", "linear", "expected an object"),
    Case(
      "layer_types", ["full_attention", "chunked_attention"], "\"full_attention\"",
      field: "layer_types[1]"),
    Case(
      "rope_parameters", ["full_attention": ["rope_theta": 10.0]], "per layer type",
      field: "rope_parameters.full_attention"),
    .mistral("sliding_window", 0, "at least 1", field: "sliding_window"),
    .mistral("layer_types", ["sliding_attention"], "\"full_attention\"", field: "layer_types[0]"),
    .mistral("num_key_value_heads", nil, "does not divide", field: ""),
  ]
  static let ropes: [Case] = [
    .rope("factor", "missing", ["rope_type": "dynamic"]),
    .rope("rope_type", "\"proportional\" is not supported", ["rope_type": "proportional"]),
    .rope(
      "short_factor", "expected 2 numbers",
      ["rope_type": "longrope", "short_factor": [1.0], "long_factor": [1.0, 2.0]]),
    .rope("long_factor", "missing", ["rope_type": "longrope", "short_factor": [1.0, 1.0]]),
    .rope("type", "\"su\" is not supported", ["type": "su"]),
    .rope("rope_type", "expected a string", ["rope_type": 1]),
    .rope("factor", "missing", ["rope_type": "linear"]),
    .rope("factor", "above 0", ["rope_type": "linear", "factor": 0]),
    .rope("factor", "up to 1e15", ["rope_type": "linear", "factor": 1e40]),
    .rope("factor", "missing", ["rope_type": "yarn", "original_max_position_embeddings": 16]),
    .rope("low_freq_factor", "missing", ["rope_type": "llama3", "factor": 8.0]),
    .rope(
      "high_freq_factor", "larger than low_freq_factor",
      ["rope_type": "llama3", "factor": 8.0, "low_freq_factor": 4.0, "high_freq_factor": 4.0]),
    .rope(
      "original_max_position_embeddings", "found 0",
      ["rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 0]),
    .rope("beta_fast", "above 0", ["rope_type": "yarn", "factor": 4.0, "beta_fast": -1]),
    .rope("truncate", "true or false", ["rope_type": "yarn", "factor": 4.0, "truncate": 1]),
    .rope(
      "attention_factor", "above 0",
      ["rope_type": "yarn", "factor": 4.0, "attention_factor": 0]),
    .rope(
      "partial_rotary_factor", "part of each head",
      ["rope_type": "linear", "factor": 4.0, "partial_rotary_factor": 0.5]),
  ]

  @Test("fields", arguments: sizes + fields + ropes)
  func refused(_ example: Case) throws {
    var model = TinyModel()
    model.architecture = example.architecture
    try withTemporaryDirectory { directory in
      try model.write(to: directory)
      let config = example.changes.reduce(model.configuration) { $0.setting($1.0, $1.1) }
      try model.writeConfiguration(config, to: directory)
      expectRefused(
        directory, file: "config.json", field: example.field == "" ? nil : example.field,
        example.words)
    }
  }

  @Test("a width that heads do not divide, or divide into odd heads, needs a head_dim")
  func widths() throws {
    for (hidden, words) in [(18, "does not divide hidden_size (18)"), (20, "must be even")] {
      var model = TinyModel()
      model.hiddenSize = hidden
      let error = #expect(throws: InputError.self) { try readConfiguration(model, []) }
      #expect(error?.problem.contains(words) == true)
      #expect(try readConfiguration(model, [("head_dim", 4)]).headDimension == 4)
    }
  }

  @Test(
    "a config.json that is no JSON object", arguments: ["", "{", "[1]", "\"x\"", "{\"a\": 1}}"])
  func notJSON(text: String) throws {
    try withTemporaryDirectory { directory in
      try writeAtomically(text, to: "\(directory)/config.json")
      let error = #expect(throws: InputError.self) { try ModelConfiguration(directory: directory) }
      #expect(error?.kind == .unusable)
      #expect(error?.file == "\(directory)/config.json")
    }
  }

  @Test("a bad generation_config.json is named")
  func generation() throws {
    let model = TinyModel()
    try withTemporaryDirectory { directory in
      try model.write(to: directory)
      try writeAtomically("{\"eos_token_id\": {}}", to: "\(directory)/generation_config.json")
      expectRefused(
        directory, file: "generation_config.json", field: "eos_token_id", "expected an integer")
    }
  }
}
