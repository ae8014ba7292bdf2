import Files

extension ModelConfiguration {
  /// Ten times the longest context there is.
  static let maximumPositions = 1 << 27

  /// Reads `config.json` and, where it is there, `generation_config.json`.
  ///
  /// - Throws: an error that names file and field for anything missing, of a wrong type or range,
  ///   or that the engine would not compute exactly.
  public init(directory: String) throws(InputError) {
    let path = try ModelDirectory(directory).file("config.json")
    guard fileExists(path) else {
      throw InputError(
        .missing, file: path,
        "there is no such file; a Hugging Face model directory has config.json, tokenizer.json and "
          + "*.safetensors")
    }
    let root = try JSONField.read(path)
    let architecture = try Self.architecture(root)
    let facts = architecture.facts
    try Self.refuseUnsupported(root)

    // No real model comes near these bounds, and within them no product of sizes overflows.
    func size(_ key: String, _ limit: Int = 1 << 24) throws(InputError) -> Int {
      try root.required(key).integer(in: 1...limit)
    }
    let hidden = try size("hidden_size")
    let heads = try size("num_attention_heads", 1 << 16)
    let keyValueField = try root.optional("num_key_value_heads")
    // Only an absent key stands for the architecture's number: null is as many as heads.
    let isAbsent = root.value["num_key_value_heads"] == nil
    let keyValueHeads =
      try keyValueField?.integer(in: 1...heads)
      ?? (isAbsent ? facts.keyValueHeadCount : nil) ?? heads
    guard heads % keyValueHeads == 0 else {
      throw (keyValueField ?? root).error(
        "num_key_value_heads (\(keyValueHeads)) does not divide num_attention_heads (\(heads))")
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
        .integer(in: 1...Self.maximumPositions) ?? facts.maxPositionEmbeddings)
    self.architecture = architecture
    let epsilon = try root.optional("rms_norm_eps")
    rmsNormEpsilon = try epsilon?.positive() ?? 1e-6
    guard rmsNormEpsilon < 1 else {
      throw (epsilon ?? root).error("expected a number below 1, found \(rmsNormEpsilon)")
    }
    (ropeTheta, ropeScaling) = try RopeScaling.parse(root, maxPositions: maxPositionEmbeddings)
    tiesWordEmbeddings = try root.optional("tie_word_embeddings")?.bool() ?? false
    if facts.hasBiasKeys {
      attentionBias = try root.optional("attention_bias")?.bool() ?? false
      mlpBias = try root.optional("mlp_bias")?.bool() ?? false
    }
    slidingWindow = try Self.slidingWindow(root, architecture)
    try readTokenIDs(root)
    let generation = try ModelDirectory(directory).file("generation_config.json")
    if fileExists(generation) { try readTokenIDs(try JSONField.read(generation)) }
  }

  private static func architecture(_ root: JSONField) throws(InputError) -> Architecture {
    let supported = Architecture.allCases.map(\.rawValue).joined(separator: " and ")
    func refused(_ field: JSONField, _ name: String) -> InputError {
      field.error("the architecture \"\(name)\" is not supported; \(supported) are")
    }
    let typeField = try root.optional("model_type")
    let type = try typeField?.string()
    if let list = try root.optional("architectures"), let first = try list.elements().first {
      let name = try first.string()
      guard let architecture = Architecture(rawValue: name) else { throw refused(list, name) }
      // Hugging Face goes by this one.
      if let typeField, let type, type != "\(architecture)" {
        throw typeField.error("\"\(type)\" does not go with the architecture \"\(name)\"")
      }
      return architecture
    }
    guard let typeField, let type else {
      throw try root.required("architectures").mismatch("a name")
    }
    guard let architecture = Architecture.allCases.first(where: { "\($0)" == type }) else {
      throw refused(typeField, type)
    }
    return architecture
  }

  /// What would need other arithmetic than the engine's.
  private static func refuseUnsupported(_ root: JSONField) throws(InputError) {
    for key in ["quantization_config", "compression_config"] {
      guard let field = try root.optional(key) else { continue }
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
    var window: Int?
    if let ifAbsent = architecture.facts.slidingWindow {
      // Only an absent key stands for the architecture's window: null is none.
      window = try root.optional("sliding_window")?.integer(in: 1 ... .max)
      if root.value["sliding_window"] == nil { window = ifAbsent }
    }
    // Both classes ignore this list; one that says otherwise is of a model that needs it.
    let type = window == nil ? "full_attention" : "sliding_attention"
    for layer in try root.optional("layer_types")?.elements() ?? [] {
      let found = try layer.string()
      guard found == type else {
        throw layer.error(
          "\"\(found)\" is not supported; every layer of this \(architecture.rawValue) is "
            + "\"\(type)\"")
      }
    }
    return window
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
