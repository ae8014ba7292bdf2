import Files

extension TinyModel {
  /// The content of `config.json`.
  public var configuration: JSON {
    let isMistral = architecture == "MistralForCausalLM"
    var members: [JSON.Member] = [
      JSON.Member("architectures", .array([.string(architecture)])),
      JSON.Member("model_type", isMistral ? "mistral" : "llama"),
      JSON.Member("hidden_size", .integer(hiddenSize)),
      JSON.Member("intermediate_size", .integer(intermediateSize)),
      JSON.Member("num_hidden_layers", .integer(layerCount)),
      JSON.Member("num_attention_heads", .integer(headCount)),
      JSON.Member("vocab_size", .integer(vocabularySize)),
      JSON.Member("max_position_embeddings", .integer(maxPositionEmbeddings)),
      JSON.Member("rms_norm_eps", .double(rmsNormEpsilon)),
      JSON.Member("hidden_act", "silu"),
      JSON.Member("tie_word_embeddings", .bool(tiesWordEmbeddings)),
      JSON.Member("eos_token_id", Self.ids(endOfTextIDs)),
      JSON.Member("bos_token_id", bosID.map { .integer($0) } ?? .null),
    ]
    if let keyValueHeadCount {
      members.append(JSON.Member("num_key_value_heads", .integer(keyValueHeadCount)))
    }
    if let headDimension { members.append(JSON.Member("head_dim", .integer(headDimension))) }
    if isMistral {
      let window: JSON = slidingWindow.map { .integer($0) } ?? .null
      members.append(JSON.Member("sliding_window", window))
    } else {
      members.append(JSON.Member("attention_bias", .bool(attentionBias)))
      members.append(JSON.Member("mlp_bias", .bool(mlpBias)))
    }
    return .object(members + ropeMembers)
  }

  private var ropeMembers: [JSON.Member] {
    let theta = JSON.Member("rope_theta", .double(ropeTheta))
    func object(_ typeKey: String, _ more: [JSON.Member] = []) -> JSON {
      .object([JSON.Member(typeKey, .string(rope.type))] + rope.parameters + more)
    }
    switch ropeKeys {
    case .oldest, .old:
      let key = ropeKeys == .old ? "rope_type" : "type"
      return [theta, JSON.Member("rope_scaling", rope.type == "default" ? .null : object(key))]
    case .new:
      return [JSON.Member("rope_parameters", object("rope_type", [theta]))]
    }
  }

  /// The content of `generation_config.json`, if there is to be one.
  public var generationConfiguration: JSON? {
    generationEndOfTextIDs.map { .object([JSON.Member("eos_token_id", Self.ids($0))]) }
  }

  private static func ids(_ ids: [Int]) -> JSON {
    switch ids.count {
    case 0: .null
    case 1: .integer(ids[0])
    default: JSON(ids)
    }
  }
}
