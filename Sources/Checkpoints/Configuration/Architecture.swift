/// The architectures that the engine computes exactly.
public enum Architecture: String, Sendable, CaseIterable {
  /// Llama 2, 3.x, SmolLM2, TinyLlama and their like.
  case llama = "LlamaForCausalLM"
  /// Llama with sliding-window attention.
  case mistral = "MistralForCausalLM"

  /// What Hugging Face's configuration class of an architecture makes of `config.json`, where it
  /// is not the same for all.
  struct Facts {
    /// `num_key_value_heads` where the key is absent; nil for as many as heads.
    var keyValueHeadCount: Int?
    /// `max_position_embeddings` where the key is absent or null.
    let maxPositionEmbeddings: Int
    /// Whether there are `attention_bias` and `mlp_bias`; else the keys are ignored.
    let hasBiasKeys: Bool
    /// `sliding_window` where the key is absent; nil for an architecture that ignores the key.
    var slidingWindow: Int?
  }

  var facts: Facts {
    switch self {
    case .llama: Facts(maxPositionEmbeddings: 2048, hasBiasKeys: true)
    case .mistral:
      Facts(
        keyValueHeadCount: 8, maxPositionEmbeddings: 131_072, hasBiasKeys: false,
        slidingWindow: 4096)
    }
  }
}
