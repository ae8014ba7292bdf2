import Files

extension RopeScaling {
  /// Reads base and scaling from a `config.json`, old keys (`rope_theta`, `rope_scaling` with
  /// `rope_type` or `type`) or new (`rope_parameters` with `rope_theta` inside). As in Hugging
  /// Face's `convert_rope_params_to_dict`, `rope_scaling` wins where both are there, and an inner
  /// `rope_theta` over the outer.
  static func parse(
    _ root: JSONField, maxPositions: Int
  ) throws(InputError) -> (theta: Double, scaling: RopeScaling) {
    var parameters: JSONField?
    for key in ["rope_scaling", "rope_parameters"] where parameters == nil {
      if let field = try root.optional(key), try !field.members().isEmpty { parameters = field }
    }
    let innerTheta = try parameters?.optional("rope_theta")
    let outerTheta = try root.optional("rope_theta")
    let theta = try (innerTheta ?? outerTheta).map(Self.base) ?? 10_000
    guard let parameters else { return (theta, .none) }
    for (_, member) in try parameters.members() {
      if case .object = member.value {
        throw member.error("rope parameters per layer type are not supported")
      }
    }
    if let partial = try parameters.optional("partial_rotary_factor"), try partial.double() != 1 {
      throw partial.error("rotating only a part of each head is not supported")
    }
    return (theta, try RopeScaling(parameters, root, maxPositions: maxPositions))
  }

  private static func base(_ field: JSONField) throws(InputError) -> Double {
    let theta = try field.positive()
    guard theta > 1 else { throw field.error("expected a number above 1, found \(theta)") }
    return theta
  }

  private init(_ field: JSONField, _ root: JSONField, maxPositions: Int) throws(InputError) {
    var typeField = try field.optional("rope_type")
    if typeField == nil { typeField = try field.optional("type") }
    // The outer field wins, and the length the model is made for stands in for both.
    var original = try root.optional("original_max_position_embeddings")
    if original == nil { original = try field.optional("original_max_position_embeddings") }
    let originalMaxPositions =
      try original?.integer(in: 1...ModelConfiguration.maximumPositions) ?? maxPositions
    switch try typeField?.string() ?? "default" {
    case "default":
      self = .none
    case "linear":
      self = .linear(factor: try field.required("factor").positive())
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
        highFrequencyFactor: highFactor, originalMaxPositions: originalMaxPositions)
    case "yarn":
      self = .yarn(
        try Yarn(field, originalMaxPositions: originalMaxPositions, maxPositions: maxPositions))
    case let other:
      throw (typeField ?? field).error(
        "rope type \"\(other)\" is not supported; default, linear, llama3 and yarn are")
    }
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
