import Files
import GGUF

extension ModelConfiguration {
  /// The configuration that a GGUF file's metadata and tensors give.
  ///
  /// - Throws: an error that names file and key for anything missing, out of range, or that the
  ///   engine would not compute exactly.
  init(_ tensors: GGUFTensors) throws(InputError) {
    let metadata = tensors.metadata
    let architecture = try Architecture(metadata)
    let name = try metadata.required("general.architecture").string()
    let keys = GGUFKeys(metadata: metadata, prefix: name)
    try Self.refuseUnsupported(keys)
    // Bounds as for config.json.
    let size = 1...(1 << 24)
    let hidden = try keys.required("embedding_length").integer(in: size)
    let layers = try keys.required("block_count").integer(in: 1...10_000)
    let heads = try Self.required(
      keys.same("attention.head_count", ofLayers: layers, in: 1...(1 << 16)),
      keys, "attention.head_count")
    let keyValueHeads =
      try keys.same("attention.head_count_kv", ofLayers: layers, in: 1...heads) ?? heads
    guard heads % keyValueHeads == 0 else {
      throw keys.error(
        "attention.head_count_kv", "\(keyValueHeads) does not divide head_count (\(heads))")
    }
    let headField = keys["attention.key_length"]
    if headField == nil, hidden % heads != 0 {
      throw keys.error(
        "attention.key_length",
        "is missing, and head_count (\(heads)) does not divide embedding_length (\(hidden))")
    }
    let headDimension = try headField?.integer(in: 2...(1 << 16)) ?? hidden / heads
    guard headDimension % 2 == 0 else {
      throw keys.error("attention.key_length", "must be even, found \(headDimension)")
    }
    if let field = keys["attention.value_length"],
      case let length = try field.integer(in: size), length != headDimension
    {
      throw field.error("\(length) differs from key_length (\(headDimension)); not supported")
    }
    guard let embedding = tensors.shape("token_embd.weight"), embedding.count == 2,
      size.contains(embedding[0])
    else { throw tensors.error("token_embd.weight", "there is no such matrix of tokens") }
    self.init(
      hiddenSize: hidden,
      intermediateSize: try Self.required(
        keys.same("feed_forward_length", ofLayers: layers, in: size), keys, "feed_forward_length"),
      layerCount: layers, headCount: heads, keyValueHeadCount: keyValueHeads,
      headDimension: headDimension, vocabularySize: embedding[0],
      maxPositionEmbeddings: try keys.required("context_length")
        .integer(in: 1...Self.maximumPositions))
    self.architecture = architecture
    let epsilon = try keys.required("attention.layer_norm_rms_epsilon")
    rmsNormEpsilon = try epsilon.positive()
    guard rmsNormEpsilon < 1 else {
      throw epsilon.error("expected a number below 1, found \(rmsNormEpsilon)")
    }
    tiesWordEmbeddings = !tensors.contains("output.weight")
    let facts = architecture.facts
    if facts.biasKeys != .none { attentionBias = tensors.contains("blk.0.attn_q.bias") }
    if facts.biasKeys == .attentionAndMLP { mlpBias = tensors.contains("blk.0.ffn_up.bias") }
    activation = facts.activation.ifAbsent
    attentionCap = try keys["attn_logit_softcapping"]?.positive()
    logitCap = try keys["final_logit_softcapping"]?.positive()
    if architecture == .gemma2 {
      attentionCap = attentionCap ?? facts.attentionCap?.ifAbsent
      logitCap = logitCap ?? facts.logitCap?.ifAbsent
    }
    queryScalar = try Self.queryScalar(keys, self)
    try readRope(keys, tensors)
    try readWindows(keys)
    try readTokenIDs(metadata)
  }

  private static func required(
    _ number: Int?, _ keys: GGUFKeys, _ key: String
  ) throws(InputError) -> Int {
    guard let number else { throw keys.error(key, "the key is missing") }
    return number
  }

  private static func refuseUnsupported(_ keys: GGUFKeys) throws(InputError) {
    if let field = keys["expert_count"], try field.integer(in: 0...(1 << 16)) > 0 {
      throw field.error("the model is a mixture of experts, which is not supported")
    }
    if let field = keys["attention.causal"], try !field.bool() {
      throw field.error("the model is an encoder; only decoders are supported")
    }
    for key in ["logit_scale", "embedding_scale", "residual_scale"] {
      guard let field = keys[key], try field.positive() != 1 else { continue }
      throw field.error("the model needs this, which is not supported")
    }
  }

  /// What attention scores are divided by the root of, where it is not the heads' width. Two of
  /// Gemma's models have another number, which files do not say and llama.cpp knows by their
  /// layers.
  private static func queryScalar(
    _ keys: GGUFKeys, _ c: ModelConfiguration
  ) throws(InputError) -> Double? {
    if let field = keys["attention.scale"] {
      let scale = try field.positive()
      return 1 / (scale * scale)
    }
    let isLarge =
      (c.architecture == .gemma2 && c.layerCount == 46)
      || (c.architecture == .gemma3 && c.layerCount == 62)
    return isLarge ? Double(c.hiddenSize) / Double(c.headCount) : nil
  }
}
