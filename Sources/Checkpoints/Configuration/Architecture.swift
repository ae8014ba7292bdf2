/// The architectures that the engine computes exactly. All are Llamas with differences, and
/// `facts` has the differences.
public enum Architecture: String, Sendable, CaseIterable {
  /// Llama 2, 3.x, SmolLM2, TinyLlama and their like.
  case llama = "LlamaForCausalLM"
  /// Llama with sliding-window attention.
  case mistral = "MistralForCausalLM"
  /// Qwen 2 and 2.5: biases on query, key and value, a window in the upper layers.
  case qwen2 = "Qwen2ForCausalLM"
  /// Qwen 3: queries and keys normalized.
  case qwen3 = "Qwen3ForCausalLM"
  /// Gemma 2: four norms a layer, soft caps, a window in every other layer.
  case gemma2 = "Gemma2ForCausalLM"
  /// Gemma 3 of text alone: four norms a layer, queries and keys normalized, two RoPEs.
  case gemma3 = "Gemma3ForCausalLM"
  /// Gemma 3 of text and images, of which the text's part runs.
  case gemma3Multimodal = "Gemma3ForConditionalGeneration"
  /// SmolLM 3: layers without RoPE.
  case smolLM3 = "SmolLM3ForCausalLM"
  /// Phi 3, 3.5 and 4-mini: fused matrices, a part of each head rotated, LongRoPE.
  case phi3 = "Phi3ForCausalLM"

  /// How an architecture differs from a Llama: in what Hugging Face's configuration class makes of
  /// `config.json`, and in what its model computes.
  struct Facts {
    /// `model_type`
    let modelType: String
    /// `num_attention_heads` where the key is absent; nil where it must be there.
    var headCount: Int?
    /// `vocab_size` where the key is absent; nil where it must be there.
    var vocabularySize: Int?
    /// `num_key_value_heads` where the key is absent; nil for as many as heads.
    var keyValueHeadCount: Int?
    /// `head_dim` where the key is absent; nil for `hidden_size` / `num_attention_heads`.
    var headDimension: Int?
    /// `max_position_embeddings` where the key is absent or null.
    let maxPositionEmbeddings: Int
    /// `rms_norm_eps` where the key is absent.
    var rmsNormEpsilon = 1e-6
    /// `tie_word_embeddings` where the key is absent.
    var tiesWordEmbeddings = false
    /// Which of the layers have a window, and how the configuration says so.
    var window = WindowRule.none
    /// `sliding_window` where the key is absent.
    var slidingWindow: Int?
    /// How the configuration describes RoPE.
    var rope = RopeRule.same(theta: 10_000)
    /// Whether the layers that `no_rope_layers` names go without RoPE.
    var hasUnrotatedLayers = false

    /// The keys of biases that count; others are ignored.
    var biasKeys = BiasKeys.none
    /// Whether query, key and value have biases, whatever the configuration says.
    var hasQueryKeyValueBias = false
    /// Whether the heads of queries and keys are normalized before RoPE.
    var hasQueryKeyNorm = false
    /// Whether what a sub-layer adds is normalized too.
    var hasOutputNorms = false
    /// Whether norms' weights are stored minus one.
    var normsAreOffsets = false
    /// Whether query, key and value lie in one tensor, and so do gate and up.
    var hasFusedMatrices = false
    /// The key of the MLP's activation, and what it is where the key is absent.
    var activation: (key: String, ifAbsent: Activation) = ("hidden_act", .silu)
    /// Whether embeddings are multiplied with the root of `hidden_size`.
    var scalesEmbedding = false
    /// `query_pre_attn_scalar` where the key is absent; nil for an architecture without the key,
    /// whose scale is the head dimension.
    var queryScalar: Double?
    /// Caps where the keys are absent; nil for an architecture that ignores the key.
    var attentionCap: CapRule?
    var logitCap: CapRule?
    /// Where the weights of a model with other parts lie; nil for a model of text alone.
    var textPart: TextPart?
  }

  /// Which keys of biases an architecture knows.
  enum BiasKeys { case none, attention, attentionAndMLP }

  /// Which layers have a window.
  enum WindowRule {
    /// None; the key is ignored.
    case none
    /// All, where `sliding_window` is not null.
    case all
    /// Those from `max_window_layers` on, where `use_sliding_window` is set; or by `layer_types`.
    case upper(from: Int)
    /// All but every n-th, n by a key or fixed; or by `layer_types`.
    case allButEvery(Int, key: String?)
    /// Those without RoPE, where `use_sliding_window` is set; or by `layer_types`.
    case unrotated
  }

  /// How RoPE is described.
  enum RopeRule {
    /// One for all layers, with this base where the key is absent.
    case same(theta: Double)
    /// One for all layers, LongRoPE if anything, of a part of each head; with
    /// `original_max_position_embeddings` where the key is absent.
    case partial(theta: Double, originalMaxPositions: Int)
    /// One for layers with a window and one for the others.
    case byWindow(global: Double, local: Double)
  }

  /// A cap on numbers: null is none.
  struct CapRule {
    /// Where the key is absent.
    let ifAbsent: Double?
  }

  /// The text's part of a model.
  struct TextPart {
    /// The member of `config.json` that describes it.
    let configurationKey: String
    /// Prefixes of its tensors' names, and what they are in a model of text alone.
    let prefixes: [(own: String, plain: String)]
  }

  var facts: Facts {
    switch self {
    case .llama:
      return Facts(
        modelType: "llama", maxPositionEmbeddings: 2048, biasKeys: .attentionAndMLP)
    case .mistral:
      return Facts(
        modelType: "mistral", keyValueHeadCount: 8, maxPositionEmbeddings: 131_072, window: .all,
        slidingWindow: 4096)
    case .qwen2:
      return Facts(
        modelType: "qwen2", keyValueHeadCount: 32, maxPositionEmbeddings: 32_768,
        window: .upper(from: 28), slidingWindow: 4096, hasQueryKeyValueBias: true)
    case .qwen3:
      return Facts(
        modelType: "qwen3", keyValueHeadCount: 32, headDimension: 128,
        maxPositionEmbeddings: 32_768, window: .upper(from: 28), slidingWindow: 4096,
        biasKeys: .attention, hasQueryKeyNorm: true)
    case .gemma2:
      return Facts(
        modelType: "gemma2", keyValueHeadCount: 4, headDimension: 256,
        maxPositionEmbeddings: 8192, tiesWordEmbeddings: true,
        window: .allButEvery(2, key: nil), slidingWindow: 4096, biasKeys: .attention,
        hasOutputNorms: true, normsAreOffsets: true,
        activation: ("hidden_activation", .geluTanh), scalesEmbedding: true, queryScalar: 256,
        attentionCap: CapRule(ifAbsent: 50), logitCap: CapRule(ifAbsent: 30))
    case .gemma3: return Self.gemma3Facts("gemma3_text")
    case .gemma3Multimodal:
      var facts = Self.gemma3Facts("gemma3")
      facts.textPart = TextPart(
        configurationKey: "text_config",
        prefixes: [
          ("language_model.model.", "model."), ("model.language_model.", "model."),
          ("language_model.lm_head.", "lm_head."),
        ])
      return facts
    case .smolLM3:
      return Facts(
        modelType: "smollm3", keyValueHeadCount: 4, maxPositionEmbeddings: 32_768,
        tiesWordEmbeddings: true, window: .unrotated, rope: .same(theta: 2_000_000),
        hasUnrotatedLayers: true, biasKeys: .attentionAndMLP)
    case .phi3:
      return Facts(
        modelType: "phi3", maxPositionEmbeddings: 4096, rmsNormEpsilon: 1e-5, window: .all,
        rope: .partial(theta: 10_000, originalMaxPositions: 4096), hasFusedMatrices: true)
    }
  }

  private static func gemma3Facts(_ modelType: String) -> Facts {
    Facts(
      modelType: modelType, headCount: 8, vocabularySize: 262_208, keyValueHeadCount: 4,
      headDimension: 256, maxPositionEmbeddings: 131_072, tiesWordEmbeddings: true,
      window: .allButEvery(6, key: "sliding_window_pattern"), slidingWindow: 4096,
      rope: .byWindow(global: 1_000_000, local: 10_000), biasKeys: .attention,
      hasQueryKeyNorm: true, hasOutputNorms: true, normsAreOffsets: true,
      activation: ("hidden_activation", .geluTanh), scalesEmbedding: true, queryScalar: 256,
      // Its class reads `attn_logit_softcapping` and does not use it.
      logitCap: CapRule(ifAbsent: nil))
  }
}

/// What an MLP's gate goes through.
public enum Activation: Sendable, Hashable {
  /// x / (1 + exp(−x))
  case silu
  /// GELU by its tanh approximation.
  case geluTanh
}
