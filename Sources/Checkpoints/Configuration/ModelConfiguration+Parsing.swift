import Files

extension ModelConfiguration {
  /// Reads `config.json` and, where it is there, `generation_config.json`.
  ///
  /// - Throws: an error that names file and field for anything missing, of a wrong type or range, or
  ///   that the engine would not compute exactly.
  public init(directory: String) throws(InputError) {
    let path = "\(directory)/config.json"
    guard fileExists(directory) else {
      throw InputError(.missing, file: directory, "there is no such directory")
    }
    guard fileExists(path) else {
      throw InputError(
        .missing, file: path,
        "there is no such file; a Hugging Face model directory has config.json, tokenizer.json and "
          + "*.safetensors")
    }
    let root = try JSONField.read(path)
    let architecture = try Self.architecture(root)
    try Self.refuseUnsupported(root)

    // No real model comes near these bounds, and within them no product of sizes overflows.
    func size(_ key: String, _ limit: Int = 1 << 24) throws(InputError) -> Int {
      try root.required(key).integer(in: 1...limit)
    }
    let hidden = try size("hidden_size")
    let heads = try size("num_attention_heads", 1 << 16)
    let keyValueField = try root.optional("num_key_value_heads")
    let keyValueHeads = try keyValueField?.integer(in: 1...heads) ?? heads
    guard heads % keyValueHeads == 0 else {
      throw (keyValueField ?? root).error(
        "\(keyValueHeads) does not divide num_attention_heads (\(heads))")
    }
    let headField = try root.optional("head_dim")
    if headField == nil, hidden % heads != 0 {
      throw root.error(
        "head_dim is missing, and num_attention_heads (\(heads)) does not divide hidden_size "
          + "(\(hidden))")
    }
    let headDimension = try headField?.integer(in: 2...(1 << 16)) ?? (hidden / heads)
    guard headDimension % 2 == 0 else {
      throw (headField ?? root).error("head_dim must be even, found \(headDimension)")
    }
    self.init(
      hiddenSize: hidden, intermediateSize: try size("intermediate_size"),
      layerCount: try size("num_hidden_layers", 10_000), headCount: heads,
      keyValueHeadCount: keyValueHeads, headDimension: headDimension,
      vocabularySize: try size("vocab_size"),
      maxPositionEmbeddings: try root.optional("max_position_embeddings")?
        .integer(in: 1...(1 << 30)) ?? (architecture == .llama ? 2048 : 131_072))
    self.architecture = architecture
    rmsNormEpsilon = try root.optional("rms_norm_eps")?.positive() ?? 1e-6
    (ropeTheta, ropeScaling) = try RopeScaling.parse(root, maxPositions: maxPositionEmbeddings)
    tiesWordEmbeddings = try root.optional("tie_word_embeddings")?.bool() ?? false
    if architecture == .llama {
      attentionBias = try root.optional("attention_bias")?.bool() ?? false
      mlpBias = try root.optional("mlp_bias")?.bool() ?? false
    }
    slidingWindow = try Self.slidingWindow(root, architecture)
    try readTokenIDs(root)
    let generation = "\(directory)/generation_config.json"
    if fileExists(generation) { try readTokenIDs(try JSONField.read(generation)) }
  }

  private static func architecture(_ root: JSONField) throws(InputError) -> Architecture {
    let field: JSONField
    let name: String
    if let list = try root.optional("architectures"), let first = try list.elements().first {
      (field, name) = (first, try first.string())
    } else {
      field = try root.required("model_type")
      let type = try field.string()
      name = Architecture.allCases.first { "\($0)" == type }?.rawValue ?? type
    }
    guard let architecture = Architecture(rawValue: name) else {
      let supported = Architecture.allCases.map(\.rawValue).joined(separator: " and ")
      throw field.error("the architecture \"\(name)\" is not supported; \(supported) are")
    }
    return architecture
  }

  /// What would need other arithmetic than the engine's.
  private static func refuseUnsupported(_ root: JSONField) throws(InputError) {
    if let field = try root.optional("quantization_config") {
      throw field.error("quantised weights are not supported; use the BF16, F16 or F32 checkpoint")
    }
    if let field = try root.optional("hidden_act") {
      let activation = try field.string()
      guard activation == "silu" || activation == "swish" else {
        throw field.error("the activation \"\(activation)\" is not supported; silu is")
      }
    }
    if let field = try root.optional("partial_rotary_factor"), try field.double() != 1 {
      throw field.error("rotating only a part of each head is not supported")
    }
    for key in [
      "num_local_experts", "num_experts", "no_rope_layers", "attn_logit_softcapping",
      "final_logit_softcapping", "query_pre_attn_scalar", "residual_multiplier",
      "embedding_multiplier", "logits_scaling",
    ] {
      if let field = try root.optional(key) {
        throw field.error("the model needs \"\(key)\", which is not supported")
      }
    }
  }

  private static func slidingWindow(
    _ root: JSONField, _ architecture: Architecture
  ) throws(InputError) -> Int? {
    var layerTypes: Set<String> = []
    let field = try root.optional("layer_types")
    for element in try field?.elements() ?? [] { layerTypes.insert(try element.string()) }
    let known: Set<String> =
      architecture == .mistral ? ["full_attention", "sliding_attention"] : ["full_attention"]
    if let field, !layerTypes.isSubset(of: known) || layerTypes.count > 1 {
      throw field.error(
        "layers of the types \(layerTypes.sorted().joined(separator: ", ")) are not supported for "
          + architecture.rawValue)
    }
    guard architecture == .mistral, layerTypes != ["full_attention"] else { return nil }
    // Hugging Face's MistralConfig: 4096 where the key is absent, no window where it is null.
    guard root.value["sliding_window"] != nil else { return 4096 }
    return try root.optional("sliding_window")?.integer(in: 1 ... .max)
  }

  /// Adds the end-of-text ids of a file, and takes its beginning-of-text id.
  private mutating func readTokenIDs(_ root: JSONField) throws(InputError) {
    var ids = Set(endOfTextIDs)
    if let field = try root.optional("eos_token_id") {
      // −1 and ids beyond the vocabulary stand for "none" in some files: no token equals them.
      if case .array = field.value {
        for element in try field.elements() { ids.insert(try element.integer()) }
      } else {
        ids.insert(try field.integer())
      }
    }
    endOfTextIDs = ids.filter { $0 >= 0 && $0 < vocabularySize }.sorted()
    if let id = try root.optional("bos_token_id")?.integer(), id >= 0, id < vocabularySize {
      bosID = bosID ?? id
    }
  }
}
