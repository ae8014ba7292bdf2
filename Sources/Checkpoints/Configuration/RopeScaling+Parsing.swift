import Files

extension RopeScaling {
  /// Reads a type with its parameters.
  ///
  /// - Parameters:
  ///   - field: the object with `rope_type` or `type`.
  ///   - root: the object around it.
  ///   - c: the model's shape, as far as it is read.
  init(_ field: JSONField, _ root: JSONField, _ c: ModelConfiguration) throws(InputError) {
    var typeField = try field.optional("rope_type")
    if typeField == nil { typeField = try field.optional("type") }
    let type = try typeField?.string() ?? "default"
    var supported = "default, linear, dynamic, llama3, yarn and longrope are"
    var name = type
    if case .partial = c.architecture.facts.rope {
      // Its class knows no others; the first two are LongRoPE's old names.
      if ["su", "yarn"].contains(type) { name = "longrope" }
      supported = "default and longrope are for this architecture"
      if !["default", "longrope"].contains(name) { name = "" }
    }
    switch name {
    case "default":
      self = .none
    case "linear":
      self = .linear(factor: try field.required("factor").positive())
    case "dynamic":
      guard c.rotaryDimension > 2 else {
        throw (typeField ?? field).error("rope type \"dynamic\" needs heads wider than 2")
      }
      self = .dynamic(
        factor: try field.required("factor").positive(), maxPositions: c.maxPositionEmbeddings)
    case "llama3":
      let low = try field.required("low_freq_factor")
      let high = try field.required("high_freq_factor")
      let lowFactor = try low.positive()
      let highFactor = try high.positive()
      guard highFactor > lowFactor else {
        throw high.error("must be larger than low_freq_factor (\(lowFactor)), found \(highFactor)")
      }
      self = .llama3(
        factor: try field.required("factor").positive(), lowFrequencyFactor: lowFactor,
        highFrequencyFactor: highFactor,
        originalMaxPositions: try Self.originalMaxPositions(field, root, c))
    case "yarn":
      self = .yarn(
        try Yarn(
          field, originalMaxPositions: try Self.originalMaxPositions(field, root, c),
          maxPositions: c.maxPositionEmbeddings))
    case "longrope":
      self = .longRope(
        try LongRope(
          field, originalMaxPositions: try Self.originalMaxPositions(field, root, c), c))
    default:
      throw (typeField ?? field).error("rope type \"\(type)\" is not supported; \(supported)")
    }
  }

  /// The outer field wins, and the length the model is made for stands in for both; but where the
  /// architecture's class has a number of its own, that one does, and the inner field says nothing.
  private static func originalMaxPositions(
    _ field: JSONField, _ root: JSONField, _ c: ModelConfiguration
  ) throws(InputError) -> Int {
    var original = try root.optional("original_max_position_embeddings")
    var ifAbsent = c.maxPositionEmbeddings
    if case .partial(_, let fixed) = c.architecture.facts.rope {
      ifAbsent = fixed
    } else if original == nil {
      original = try field.optional("original_max_position_embeddings")
    }
    return try original?.integer(in: 1...ModelConfiguration.maximumPositions) ?? ifAbsent
  }
}

extension RopeScaling.Yarn {
  fileprivate init(
    _ field: JSONField, originalMaxPositions: Int, maxPositions: Int
  ) throws(InputError) {
    self.originalMaxPositions = originalMaxPositions
    if field.value["factor"]?.kind == JSON.null.kind {
      // An explicit null: the context's growth is the factor.
      factor = Double(maxPositions) / Double(originalMaxPositions)
    } else {
      factor = try field.required("factor").positive()
    }
    betaFast = try field.nonzero("beta_fast") ?? 32
    betaSlow = try field.nonzero("beta_slow") ?? 1
    truncate = try field.optional("truncate")?.bool() ?? true
    if let explicit = try field.optional("attention_factor") {
      attentionFactor = try explicit.positive()
    } else if let mscale = try field.nonzero("mscale"),
      let all = try field.nonzero("mscale_all_dim")
    {
      attentionFactor = Self.scale(factor, mscale: mscale) / Self.scale(factor, mscale: all)
    } else {
      attentionFactor = Self.scale(factor)
    }
  }
}

extension RopeScaling.LongRope {
  fileprivate init(
    _ field: JSONField, originalMaxPositions: Int, _ c: ModelConfiguration
  ) throws(InputError) {
    func factors(_ key: String) throws(InputError) -> [Double] {
      let list = try field.required(key)
      let factors = try list.elements().map { element throws(InputError) in
        try element.positive()
      }
      guard factors.count == c.rotaryDimension / 2 else {
        throw list.error(
          "expected \(c.rotaryDimension / 2) numbers, one for each pair of rotated dimensions, "
            + "found \(factors.count)")
      }
      return factors
    }
    let growth = Double(c.maxPositionEmbeddings) / Double(originalMaxPositions)
    let factor = try field.optional("factor")?.positive() ?? growth
    let explicit = try field.optional("attention_factor")?.positive()
    guard originalMaxPositions > 1 || explicit != nil || factor <= 1 else {
      throw field.error("needs an attention_factor where the original context is one position")
    }
    self.init(
      shortFactors: try factors("short_factor"), longFactors: try factors("long_factor"),
      originalMaxPositions: originalMaxPositions, factor: factor, attentionFactor: explicit)
  }
}

extension JSONField {
  /// A number above zero, small enough that single precision holds what is computed from it.
  func positive() throws(InputError) -> Double {
    let number = try double()
    guard number > 0, number <= 1e15 else {
      throw error("expected a number above 0 and up to 1e15, found \(number)")
    }
    return number
  }

  /// A positive member; 0 counts as absent, as in Python's `x or default`.
  fileprivate func nonzero(_ key: String) throws(InputError) -> Double? {
    guard let field = try optional(key), try field.double() != 0 else { return nil }
    return try field.positive()
  }
}
