/// A model's shape and constants: `config.json`, checked, with every default filled in.
public struct ModelConfiguration: Sendable, Hashable {
  /// `architectures`
  public var architecture = Architecture.llama
  /// `hidden_size`
  public var hiddenSize: Int
  /// `intermediate_size`
  public var intermediateSize: Int
  /// `num_hidden_layers`
  public var layerCount: Int
  /// `num_attention_heads`
  public var headCount: Int
  /// `num_key_value_heads`; divides `headCount`.
  public var keyValueHeadCount: Int
  /// `head_dim`; even. `headCount` · `headDimension` may differ from `hiddenSize`.
  public var headDimension: Int
  /// `vocab_size`
  public var vocabularySize: Int
  /// `rms_norm_eps`
  public var rmsNormEpsilon = 1e-6
  /// `rope_theta`
  public var ropeTheta = 10_000.0
  /// `rope_scaling`
  public var ropeScaling = RopeScaling.none
  /// RoPE of the layers with a window, where it is another than the others'.
  public var localRope: RotaryEmbedding?
  /// `partial_rotary_factor`: the share of each head that is rotated.
  public var partialRotaryFactor = 1.0
  /// Whether the two dimensions that RoPE turns together lie side by side, as in the paper; if not,
  /// they are half the rotated dimensions apart, as in Hugging Face's files.
  public var rotatesNeighbors = false
  /// Layers without RoPE: the zeros of `no_rope_layers`.
  public var unrotatedLayers: Set<Int> = []
  /// `max_position_embeddings`
  public var maxPositionEmbeddings: Int
  /// `tie_word_embeddings`
  public var tiesWordEmbeddings = false
  /// `attention_bias`: on q, k, v and o.
  public var attentionBias = false
  /// `mlp_bias`
  public var mlpBias = false
  /// `sliding_window`: keys in (position − window, position]; nil for all.
  public var slidingWindow: Int?
  /// Layers that see all keys in spite of `slidingWindow`.
  public var fullAttentionLayers: Set<Int> = []
  /// `hidden_act`
  public var activation = Activation.silu
  /// `query_pre_attn_scalar`: attention scores are divided by its root; nil for `headDimension`.
  public var queryScalar: Double?
  /// `attn_logit_softcapping`: scores s become cap · tanh(s / cap).
  public var attentionCap: Double?
  /// `final_logit_softcapping`: the same for logits.
  public var logitCap: Double?
  /// `eos_token_id` of config.json and generation_config.json together; ascending.
  public var endOfTextIDs: [Int] = []
  /// `bos_token_id`
  public var bosID: Int?
  /// The rest of generation_config.json.
  public var generation = GenerationDefaults()

  /// A Llama without biases, scaling or tied embeddings; everything can be set afterwards.
  public init(
    hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int,
    keyValueHeadCount: Int, headDimension: Int, vocabularySize: Int, maxPositionEmbeddings: Int
  ) {
    precondition(headCount % keyValueHeadCount == 0 && headDimension % 2 == 0)
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headDimension = headDimension
    self.vocabularySize = vocabularySize
    self.maxPositionEmbeddings = maxPositionEmbeddings
  }
}
