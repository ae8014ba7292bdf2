import Files

/// A tiny random Llama or Mistral as a Hugging Face directory: all that `config.json` can ask for,
/// weights from a seed. It writes raw files and knows nothing of the code that reads them.
public struct TinyModel: Sendable {
  /// How weights are stored. The drawn values are exact in all three, so that models that differ
  /// only in this compute the same.
  public enum ElementType: String, Sendable, CaseIterable {
    case bf16 = "BF16"
    case f16 = "F16"
    case f32 = "F32"
  }

  /// Which keys of `config.json` carry the rotary parameters.
  public enum RopeKeys: Sendable, CaseIterable {
    /// `rope_theta` and `rope_scaling` with `type`.
    case oldest
    /// `rope_theta` and `rope_scaling` with `rope_type`.
    case old
    /// `rope_parameters` with everything inside.
    case new
  }

  /// Rotary scaling, with the numbers as members of `config.json`'s object; without `rope_type`.
  public struct Rope: Sendable {
    /// `default`, `linear`, `llama3` or `yarn`.
    public var type: String
    /// `factor` and the like.
    public var parameters: [JSON.Member]

    /// No scaling.
    public static let plain = Rope(type: "default", parameters: [])
    /// Position interpolation.
    public static let linear = Rope(type: "linear", parameters: [JSON.Member("factor", 4.0)])
    /// Llama 3.1's, with a short original context so that all three of its bands are there.
    public static let llama3 = Rope(
      type: "llama3",
      parameters: [
        JSON.Member("factor", 8.0), JSON.Member("low_freq_factor", 1.0),
        JSON.Member("high_freq_factor", 4.0),
        JSON.Member("original_max_position_embeddings", 32),
      ])
    /// YaRN with its defaults.
    public static let yarn = Rope(
      type: "yarn",
      parameters: [
        JSON.Member("factor", 4.0), JSON.Member("original_max_position_embeddings", 16),
      ])

    /// Any type with any members.
    public init(type: String, parameters: [JSON.Member]) {
      self.type = type
      self.parameters = parameters
    }
  }

  /// `architectures`, with the `model_type` that goes with it.
  public var architecture = "LlamaForCausalLM"
  /// `hidden_size`
  public var hiddenSize = 16
  /// `intermediate_size`
  public var intermediateSize = 24
  /// `num_hidden_layers`
  public var layerCount = 2
  /// `num_attention_heads`
  public var headCount = 4
  /// `num_key_value_heads`; nil: the key is absent, which means as many as heads in a Llama.
  public var keyValueHeadCount: Int? = 2
  /// `head_dim`; nil: the key is absent.
  public var headDimension: Int?
  /// `vocab_size`
  public var vocabularySize = 32
  /// `max_position_embeddings`
  public var maxPositionEmbeddings = 64
  /// `rms_norm_eps`
  public var rmsNormEpsilon = 1e-5
  /// `rope_theta`
  public var ropeTheta = 10_000.0
  /// Rotary scaling.
  public var rope = Rope.plain
  /// Where the rotary parameters are written.
  public var ropeKeys = RopeKeys.old
  /// `tie_word_embeddings`; then no head is written.
  public var tiesWordEmbeddings = false
  /// `attention_bias`, Llama only.
  public var attentionBias = false
  /// `mlp_bias`, Llama only.
  public var mlpBias = false
  /// `sliding_window`, Mistral only; nil: null.
  public var slidingWindow: Int?
  /// `eos_token_id` of `config.json`; written as one integer where it is one.
  public var endOfTextIDs: [Int] = [2]
  /// `eos_token_id` of `generation_config.json`; nil: there is no such file.
  public var generationEndOfTextIDs: [Int]?
  /// `bos_token_id`
  public var bosID: Int? = 1
  /// How the weights are stored.
  public var type = ElementType.bf16
  /// 1: `model.safetensors`; more: as many shards and an index.
  public var shardCount = 1
  /// The weights' seed.
  public var seed: UInt64 = 1

  /// A small Llama with grouped-query attention; everything can be set afterwards.
  public init() {}

  /// A model whose every choice is drawn: shapes, biases, tying, rotary scaling, window, type,
  /// shards. The same seed gives the same model.
  public init(randomFrom seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func chance() -> Bool { Bool.random(using: &random) }
    let isMistral = chance()
    let keyValueHeads = Int.random(in: 1...3, using: &random)
    architecture = isMistral ? "MistralForCausalLM" : "LlamaForCausalLM"
    keyValueHeadCount = keyValueHeads
    headCount = keyValueHeads * Int.random(in: 1...3, using: &random)
    let dimension = 2 * Int.random(in: 1...8, using: &random)
    // Either the width follows from the heads, or the heads have a width of their own.
    if chance() {
      hiddenSize = headCount * dimension
    } else {
      hiddenSize = Int.random(in: 5...40, using: &random)
      headDimension = dimension
    }
    intermediateSize = Int.random(in: 3...48, using: &random)
    layerCount = Int.random(in: 1...4, using: &random)
    vocabularySize = Int.random(in: 8...64, using: &random)
    maxPositionEmbeddings = Int.random(in: 48...96, using: &random)
    rmsNormEpsilon = chance() ? 1e-5 : 1e-6
    ropeTheta = chance() ? 10_000 : 500_000
    let ropes = [Rope.plain, .linear, .llama3, .yarn]
    rope = ropes[Int.random(in: 0..<ropes.count, using: &random)]
    ropeKeys = RopeKeys.allCases.randomElement(using: &random) ?? .old
    tiesWordEmbeddings = chance()
    attentionBias = !isMistral && chance()
    mlpBias = !isMistral && chance()
    slidingWindow = isMistral && chance() ? Int.random(in: 1...24, using: &random) : nil
    endOfTextIDs = chance() ? [2] : [2, 5]
    generationEndOfTextIDs = chance() ? [3] : nil
    type = ElementType.allCases.randomElement(using: &random) ?? .bf16
    shardCount = chance() ? 1 : Int.random(in: 2...4, using: &random)
    self.seed = random.next()
  }

  /// Rows of the query projection over `headCount`.
  public var effectiveHeadDimension: Int { headDimension ?? hiddenSize / headCount }
}
