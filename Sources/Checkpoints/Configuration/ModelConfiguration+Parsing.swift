import Files

extension ModelConfiguration {
  /// Ten times the longest context there is.
  static let maximumPositions = 1 << 27

  /// Reads `config.json` and, where it is there, `generation_config.json`.
  ///
  /// - Throws: an error that names file and field for anything missing, of a wrong type or range,
  ///   or that the engine would not compute exactly.
  public init(directory: String) throws(InputError) {
    let place = try ModelDirectory(directory)
    let path = place.file("config.json")
    try place.requireConfiguration()
    let file = try JSONField.read(path, as: .python)
    let architecture = try Architecture(file)
    let facts = architecture.facts
    var root = file
    if let part = facts.textPart { root = try file.required(part.configurationKey) }
    try Self.refuseUnsupported(file, architecture)
    if facts.textPart != nil { try Self.refuseUnsupported(root, architecture) }
    try self.init(root, architecture)
    // A model of text and images has its head outside of its text's part.
    tiesWordEmbeddings =
      try file.optional("tie_word_embeddings")?.bool() ?? facts.tiesWordEmbeddings
    try readTokenIDs(root)
    if facts.textPart != nil { try readTokenIDs(file) }
    let generationPath = place.file("generation_config.json")
    if fileExists(generationPath) {
      let defaults = try JSONField.read(generationPath, as: .python)
      try readTokenIDs(defaults)
      generation = try GenerationDefaults(defaults)
    }
  }

  /// Reads the object that describes a model of text.
  private init(_ root: JSONField, _ architecture: Architecture) throws(InputError) {
    let facts = architecture.facts
    // No real model comes near these bounds, and within them no product of sizes overflows.
    func size(
      _ key: String, ifAbsent: Int? = nil, _ limit: Int = 1 << 24
    ) throws(InputError) -> Int {
      if let ifAbsent, root.value[key] == nil { return ifAbsent }
      return try root.required(key).integer(in: 1...limit)
    }
    let hidden = try size("hidden_size")
    let heads = try size("num_attention_heads", ifAbsent: facts.headCount, 1 << 16)
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
    if headField == nil, facts.headDimension == nil, hidden % heads != 0 {
      throw root.error(
        "head_dim is missing, and num_attention_heads (\(heads)) does not divide hidden_size "
          + "(\(hidden))")
    }
    let headDimension =
      try headField?.integer(in: 2...(1 << 16)) ?? facts.headDimension ?? (hidden / heads)
    guard headDimension % 2 == 0 else {
      throw (headField ?? root).error("head_dim must be even, found \(headDimension)")
    }
    self.init(
      hiddenSize: hidden, intermediateSize: try size("intermediate_size"),
      layerCount: try size("num_hidden_layers", 10_000), headCount: heads,
      keyValueHeadCount: keyValueHeads, headDimension: headDimension,
      vocabularySize: try size("vocab_size", ifAbsent: facts.vocabularySize),
      maxPositionEmbeddings: try root.optional("max_position_embeddings")?
        .integer(in: 1...Self.maximumPositions) ?? facts.maxPositionEmbeddings)
    self.architecture = architecture
    let epsilon = try root.optional("rms_norm_eps")
    rmsNormEpsilon = try epsilon?.positive() ?? facts.rmsNormEpsilon
    guard rmsNormEpsilon < 1 else {
      throw (epsilon ?? root).error("expected a number below 1, found \(rmsNormEpsilon)")
    }
    if facts.biasKeys != .none {
      attentionBias = try root.optional("attention_bias")?.bool() ?? false
    }
    if facts.biasKeys == .attentionAndMLP {
      mlpBias = try root.optional("mlp_bias")?.bool() ?? false
    }
    activation = try Self.activation(root, facts)
    queryScalar = try facts.queryScalar.map { ifAbsent throws(InputError) in
      try root.optional("query_pre_attn_scalar")?.positive() ?? ifAbsent
    }
    attentionCap = try Self.cap(root, "attn_logit_softcapping", facts.attentionCap)
    logitCap = try Self.cap(root, "final_logit_softcapping", facts.logitCap)
    try readRope(root)
    try readWindows(root)
  }

  private static func activation(
    _ root: JSONField, _ facts: Architecture.Facts
  ) throws(InputError) -> Activation {
    guard let field = try root.optional(facts.activation.key) else {
      return facts.activation.ifAbsent
    }
    switch try field.string() {
    case "silu", "swish": return .silu
    case "gelu_pytorch_tanh", "gelu_new": return .geluTanh
    case let other:
      throw field.error(
        "the activation \"\(other)\" is not supported; silu and gelu_pytorch_tanh are")
    }
  }

  private static func cap(
    _ root: JSONField, _ key: String, _ rule: Architecture.CapRule?
  ) throws(InputError) -> Double? {
    guard let rule else { return nil }
    if root.value[key] == nil { return rule.ifAbsent }
    return try root.optional(key)?.positive()
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
