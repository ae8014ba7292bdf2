import Files

extension ModelConfiguration {
  /// What would need other arithmetic than the engine's.
  static func refuseUnsupported(
    _ root: JSONField, _ architecture: Architecture
  ) throws(InputError) {
    if let field = try root.optional("quantization"), try !isEmpty(field) {
      throw field.error(
        "weights that MLX has quantised are not supported; use the BF16, F16 or F32 checkpoint")
    }
    for key in ["quantization_config", "compression_config"] {
      guard let field = try root.optional(key), try !isEmpty(field) else { continue }
      throw field.error("quantised weights are not supported; use the BF16, F16 or F32 checkpoint")
    }
    for key in ["num_local_experts", "num_experts", "n_routed_experts"] {
      guard let field = try root.optional(key), try field.integer() > 1 else { continue }
      throw field.error("the model is a mixture of experts, which is not supported")
    }
    for key in ["is_encoder_decoder", "use_bidirectional_attention"] {
      guard let field = try root.optional(key) else { continue }
      if case .bool(false) = field.value { continue }
      throw field.error("the model is an encoder, or has one; only decoders are supported")
    }
    // Keys of other architectures, each with the number that changes nothing.
    for (key, neutral) in [
      ("residual_multiplier", 1.0), ("embedding_multiplier", 1), ("logits_scaling", 1),
    ] {
      guard let field = try root.optional(key), try field.double() != neutral else { continue }
      throw field.error("the model needs \"\(key)\", which is not supported")
    }
    let facts = architecture.facts
    var foreign: [String] = []
    if facts.logitCap == nil { foreign += ["attn_logit_softcapping", "final_logit_softcapping"] }
    if facts.queryScalar == nil { foreign.append("query_pre_attn_scalar") }
    for key in foreign {
      guard let field = try root.optional(key) else { continue }
      throw field.error(
        "the model needs \"\(key)\", which a \(architecture.rawValue) does not have")
    }
    if !facts.hasUnrotatedLayers, let field = try root.optional("no_rope_layers") {
      for layer in try field.elements() where try layer.integer() == 0 {
        throw layer.error("a \(architecture.rawValue) without RoPE in a layer is not supported")
      }
    }
  }

  /// Whether an object has no members, or a flag is off: as good as absent.
  private static func isEmpty(_ field: JSONField) throws(InputError) -> Bool {
    if case .bool(false) = field.value { return true }
    return try field.members().isEmpty
  }
}
