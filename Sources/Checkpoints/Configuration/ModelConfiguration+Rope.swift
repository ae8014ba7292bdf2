import Files

extension ModelConfiguration {
  /// Reads what `config.json` says of RoPE, old keys (`rope_theta`, `rope_scaling` with `rope_type`
  /// or `type`) or new (`rope_parameters` with `rope_theta` inside). As in Hugging Face's
  /// `convert_rope_params_to_dict`, `rope_scaling` wins where both are there, and an inner
  /// `rope_theta` over the outer.
  mutating func readRope(_ root: JSONField) throws(InputError) {
    switch architecture.facts.rope {
    case .same(let theta):
      let parameters = try Self.ropeParameters(root)
      try Self.refuseNested(parameters)
      try Self.refusePartial(root)
      if let parameters { try Self.refusePartial(parameters) }
      try readGlobal(parameters, root, theta: theta)
    case .partial(let theta, _):
      let parameters = try Self.ropeParameters(root)
      try Self.refuseNested(parameters)
      var share = try parameters?.optional("partial_rotary_factor")
      if share == nil { share = try root.optional("partial_rotary_factor") }
      partialRotaryFactor = try share?.positive() ?? 1
      guard partialRotaryFactor <= 1, rotaryDimension >= 2, rotaryDimension % 2 == 0 else {
        throw (share ?? root).error(
          "expected a share of head_dim (\(headDimension)) that is even, found "
            + "\(partialRotaryFactor)")
      }
      try readGlobal(parameters, root, theta: theta)
    case .byWindow(let theta, let localTheta):
      try Self.refusePartial(root)
      try readByWindow(root, theta: theta, localTheta: localTheta)
    }
    if let unrotated = try Self.unrotatedLayers(root, self) { unrotatedLayers = unrotated }
  }

  private mutating func readGlobal(
    _ parameters: JSONField?, _ root: JSONField, theta: Double
  ) throws(InputError) {
    var base = try parameters?.optional("rope_theta")
    if base == nil { base = try root.optional("rope_theta") }
    ropeTheta = try base.map(Self.base) ?? theta
    if let parameters { ropeScaling = try RopeScaling(parameters, root, self) }
  }

  /// Both RoPEs of a Gemma 3. `rope_scaling` is the global layers' alone.
  private mutating func readByWindow(
    _ root: JSONField, theta: Double, localTheta: Double
  ) throws(InputError) {
    let nested = try root.optional("rope_parameters")
    for (key, member) in try nested?.members() ?? []
    where key != "full_attention" && key != "sliding_attention" {
      throw member.error("expected full_attention and sliding_attention, each with its parameters")
    }
    let global = try nested?.optional("full_attention")
    var scaling = try root.optional("rope_scaling")
    if let field = scaling, try field.members().isEmpty { scaling = nil }
    var base = try scaling?.optional("rope_theta")
    if base == nil { base = try global?.optional("rope_theta") }
    if base == nil { base = try root.optional("rope_theta") }
    ropeTheta = try base.map(Self.base) ?? theta
    for parameters in [scaling ?? global].compactMap({ $0 }) {
      try Self.refusePartial(parameters)
      ropeScaling = try RopeScaling(parameters, root, self)
    }
    let local = try nested?.optional("sliding_attention")
    base = try local?.optional("rope_theta")
    if base == nil { base = try root.optional("rope_local_base_freq") }
    var rope = RotaryEmbedding(theta: try base.map(Self.base) ?? localTheta)
    if let local {
      try Self.refusePartial(local)
      rope.scaling = try RopeScaling(local, root, self)
    }
    localRope = rope
  }

  private static func ropeParameters(_ root: JSONField) throws(InputError) -> JSONField? {
    for key in ["rope_scaling", "rope_parameters"] {
      if let field = try root.optional(key), try !field.members().isEmpty { return field }
    }
    return nil
  }

  private static func refuseNested(_ parameters: JSONField?) throws(InputError) {
    for (_, member) in try parameters?.members() ?? [] {
      if case .object = member.value {
        throw member.error("rope parameters per layer type are not supported")
      }
    }
  }

  private static func refusePartial(_ parameters: JSONField) throws(InputError) {
    if let partial = try parameters.optional("partial_rotary_factor"), try partial.double() != 1 {
      throw partial.error("rotating only a part of each head is not supported")
    }
  }

  private static func base(_ field: JSONField) throws(InputError) -> Double {
    let theta = try field.positive()
    guard theta > 1 else { throw field.error("expected a number above 1, found \(theta)") }
    return theta
  }

  /// The zeros of `no_rope_layers`, or every n-th layer where the key is absent; nil for an
  /// architecture that rotates in all.
  private static func unrotatedLayers(
    _ root: JSONField, _ c: ModelConfiguration
  ) throws(InputError) -> Set<Int>? {
    guard c.architecture.facts.hasUnrotatedLayers else { return nil }
    guard let list = try root.optional("no_rope_layers") else {
      let interval =
        try root.optional("no_rope_layer_interval")?.integer(in: 1...(1 << 24)) ?? 4
      return Set((0..<c.layerCount).filter { ($0 + 1) % interval == 0 })
    }
    let flags = try list.elements()
    guard flags.count >= c.layerCount else {
      throw list.error("has \(flags.count) elements for \(c.layerCount) layers")
    }
    var unrotated: Set<Int> = []
    for layer in 0..<c.layerCount where try flags[layer].integer() == 0 { unrotated.insert(layer) }
    return unrotated
  }
}
