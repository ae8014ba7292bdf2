import Files

extension RopeScaling {
  /// Reads base and scaling from a `config.json`, old keys (`rope_theta`, `rope_scaling` with
  /// `rope_type` or `type`) or new (`rope_parameters` with `rope_theta` inside).
  static func parse(
    _ root: JSONField, maxPositions: Int
  ) throws(InputError) -> (theta: Double, scaling: RopeScaling) {
    let parameters = try root.optional("rope_parameters")
    var thetaField = try parameters?.optional("rope_theta")
    if thetaField == nil { thetaField = try root.optional("rope_theta") }
    let theta = try thetaField?.double() ?? 10_000
    guard theta > 1 else {
      throw (thetaField ?? root).error("expected a number above 1, found \(theta)")
    }
    let scaling = try root.optional("rope_scaling")
    guard let field = parameters ?? scaling else { return (theta, .none) }
    if let partial = try field.optional("partial_rotary_factor"), try partial.double() != 1 {
      throw partial.error("rotating only a part of each head is not supported")
    }
    return (theta, try RopeScaling(field, maxPositions: maxPositions))
  }

  private init(_ field: JSONField, maxPositions: Int) throws(InputError) {
    var typeField = try field.optional("rope_type")
    if typeField == nil { typeField = try field.optional("type") }
    switch try typeField?.string() ?? "default" {
    case "default":
      self = .none
    case "linear":
      self = .linear(factor: try Self.factor(field))
    case "llama3":
      let low = try field.required("low_freq_factor")
      let high = try field.required("high_freq_factor")
      let lowFactor = try low.positive()
      let highFactor = try high.positive()
      guard highFactor > lowFactor else {
        throw high.error("must be larger than low_freq_factor (\(lowFactor)), found \(highFactor)")
      }
      self = .llama3(
        factor: try Self.factor(field), lowFrequencyFactor: lowFactor,
        highFrequencyFactor: highFactor,
        originalMaxPositions: try field.required("original_max_position_embeddings")
          .integer(in: 1 ... .max))
    case "yarn":
      self = .yarn(try Yarn(field, maxPositions: maxPositions))
    case let other:
      throw (typeField ?? field).error(
        "rope type \"\(other)\" is not supported; default, linear, llama3 and yarn are")
    }
  }

  fileprivate static func factor(_ field: JSONField) throws(InputError) -> Double {
    try field.required("factor").positive()
  }
}

extension RopeScaling.Yarn {
  fileprivate init(_ field: JSONField, maxPositions: Int) throws(InputError) {
    let original = try field.optional("original_max_position_embeddings")?.integer(in: 1 ... .max)
    originalMaxPositions = original ?? maxPositions
    // Without a factor, the context's growth is the factor.
    if try field.optional("factor") == nil, let original {
      factor = Double(maxPositions) / Double(original)
    } else {
      factor = try RopeScaling.factor(field)
    }
    betaFast = try field.optional("beta_fast")?.positive() ?? 32
    betaSlow = try field.optional("beta_slow")?.positive() ?? 1
    truncate = try field.optional("truncate")?.bool() ?? true
    if let explicit = try field.optional("attention_factor") {
      attentionFactor = try explicit.positive()
    } else if let mscale = try field.optional("mscale")?.double(), mscale != 0,
      let all = try field.optional("mscale_all_dim")?.double(), all != 0
    {
      attentionFactor = Self.scale(factor, mscale: mscale) / Self.scale(factor, mscale: all)
    } else {
      attentionFactor = Self.scale(factor)
    }
  }
}

extension JSONField {
  /// A number above zero.
  func positive() throws(InputError) -> Double {
    let number = try double()
    guard number > 0 else { throw error("expected a number above 0, found \(number)") }
    return number
  }
}
