extension TinyModel {
  /// Every tensor, with its values stored as `type`, in a fixed order.
  public var tensors: [SafetensorsTensor] {
    var random = SplitMix64(seed: seed)
    return shapes.map { name, shape in
      let values = Self.values(name, shape, &random)
      return SafetensorsTensor(
        name: name, type: type.rawValue, shape: shape, bytes: values.flatMap(encode))
    }
  }

  /// Every tensor's name and sizes.
  var shapes: [(name: String, shape: [Int])] {
    let dimension = effectiveHeadDimension
    let queries = headCount * dimension
    let keys = (keyValueHeadCount ?? headCount) * dimension
    var shapes: [(name: String, shape: [Int])] = [
      ("model.embed_tokens.weight", [vocabularySize, hiddenSize])
    ]
    for layer in 0..<layerCount {
      let attention = [
        ("q_proj", queries, hiddenSize), ("k_proj", keys, hiddenSize),
        ("v_proj", keys, hiddenSize), ("o_proj", hiddenSize, queries),
      ]
      let mlp = [
        ("gate_proj", intermediateSize, hiddenSize), ("up_proj", intermediateSize, hiddenSize),
        ("down_proj", hiddenSize, intermediateSize),
      ]
      let prefix = "model.layers.\(layer)"
      shapes.append(("\(prefix).input_layernorm.weight", [hiddenSize]))
      for (name, rows, columns) in attention {
        shapes.append(("\(prefix).self_attn.\(name).weight", [rows, columns]))
        if attentionBias { shapes.append(("\(prefix).self_attn.\(name).bias", [rows])) }
      }
      shapes.append(("\(prefix).post_attention_layernorm.weight", [hiddenSize]))
      for (name, rows, columns) in mlp {
        shapes.append(("\(prefix).mlp.\(name).weight", [rows, columns]))
        if mlpBias { shapes.append(("\(prefix).mlp.\(name).bias", [rows])) }
      }
    }
    shapes.append(("model.norm.weight", [hiddenSize]))
    if !tiesWordEmbeddings { shapes.append(("lm_head.weight", [vocabularySize, hiddenSize])) }
    return shapes
  }

  /// The values of every tensor, by name, before they are stored (which loses nothing).
  public var values: [String: [Float]] {
    var random = SplitMix64(seed: seed)
    var values: [String: [Float]] = [:]
    for tensor in tensors { values[tensor.name] = Self.values(tensor.name, tensor.shape, &random) }
    return values
  }

  /// Multiples of a power of two with at most eight significant bits: exact in BF16 and F16.
  private static func values(
    _ name: String, _ shape: [Int], _ random: inout SplitMix64
  ) -> [Float] {
    let count = shape.reduce(1, *)
    if name.hasSuffix("norm.weight") {
      return (0..<count).map { _ in 1 + Float(Int.random(in: -16...15, using: &random)) / 128 }
    }
    let isBias = shape.count == 1
    // Uniform in ±scale; about 1.7/√inputs keeps a product's variance near one.
    let inputs = isBias ? 64 : Float(shape[1])
    let scale = Float(sign: .plus, exponent: (1.7 / inputs.squareRoot()).exponent, significand: 1)
    return (0..<count).map { _ in
      Float(Int.random(in: -128...127, using: &random)) / 128 * scale
    }
  }

  private func encode(_ value: Float) -> [UInt8] {
    let bits = value.bitPattern
    switch type {
    case .f32: return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    case .bf16:
      precondition(bits & 0xFFFF == 0, "\(value) is not exact in BF16")
      return [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 24)]
    case .f16:
      let exponent = Int(bits >> 23 & 0xFF) - 112
      precondition(
        value == 0 || (1...30).contains(exponent) && bits & 0x1FFF == 0,
        "\(value) is not exact and normal in F16")
      let magnitude = value == 0 ? 0 : UInt32(exponent) << 10 | bits >> 13 & 0x3FF
      let half = bits >> 16 & 0x8000 | magnitude
      return [UInt8(truncatingIfNeeded: half), UInt8(truncatingIfNeeded: half >> 8)]
    }
  }
}
