/// The weights of a decoder layer, each with the bias that may go with it: the one table by which
/// tensors are looked for, read, drawn at random, fingerprinted and handed to the engine.
///
/// What another architecture has beside these becomes a case with its `row`, nil for the others.
/// Then the tensor is loaded, counted among its sub-layer's bytes, and in the engine's `LayerView`:
/// the forward pass has to use it.
public enum LayerTensor: Int, CaseIterable, Sendable {
  /// RMSNorm before attention: [hidden].
  case attentionNorm
  /// RMSNorm before the MLP: [hidden].
  case mlpNorm
  /// [heads · head dimension, hidden]
  case query
  /// [kv heads · head dimension, hidden]
  case key
  /// [kv heads · head dimension, hidden]
  case value
  /// [hidden, heads · head dimension]
  case output
  /// [intermediate, hidden]
  case gate
  /// [intermediate, hidden]
  case up
  /// [hidden, intermediate]
  case down

  /// The row of a model's table; nil where its architecture has no such tensor.
  func row(_ c: ModelConfiguration) -> Row? {
    switch self {
    case .attentionNorm: Row("input_layernorm", [.hidden])
    case .mlpNorm: Row("post_attention_layernorm", [.hidden])
    case .query: Row("self_attn.q_proj", [.query, .hidden], hasBias: c.attentionBias)
    case .key: Row("self_attn.k_proj", [.keyValue, .hidden], hasBias: c.attentionBias)
    case .value: Row("self_attn.v_proj", [.keyValue, .hidden], hasBias: c.attentionBias)
    case .output: Row("self_attn.o_proj", [.hidden, .query], hasBias: c.attentionBias)
    case .gate: Row("mlp.gate_proj", [.intermediate, .hidden], hasBias: c.mlpBias)
    case .up: Row("mlp.up_proj", [.intermediate, .hidden], hasBias: c.mlpBias)
    case .down: Row("mlp.down_proj", [.hidden, .intermediate], hasBias: c.mlpBias)
    }
  }

  /// What the table says of a tensor.
  struct Row {
    /// Within the layer, without `.weight` and `.bias`.
    let name: String
    /// [outputs, inputs] of a matrix, [width] of a norm.
    let dimensions: [Dimension]
    let hasBias: Bool

    init(_ name: String, _ dimensions: [Dimension], hasBias: Bool = false) {
      self.name = name
      self.dimensions = dimensions
      self.hasBias = hasBias
    }

    var isNorm: Bool { dimensions.count == 1 }

    func weight(layer: Int) -> ExpectedTensor {
      ExpectedTensor(name: "model.layers.\(layer).\(name).weight", dimensions: dimensions)
    }

    func bias(layer: Int) -> ExpectedTensor? {
      guard hasBias else { return nil }
      return ExpectedTensor(
        name: "model.layers.\(layer).\(name).bias", dimensions: [dimensions[0]])
    }
  }
}

extension LayerTensor {
  /// The two parts of a layer, in the order in which a token passes them.
  package enum Sublayer: CaseIterable {
    case attention, mlp

    /// Norms first.
    package var tensors: [LayerTensor] { LayerTensor.allCases.filter { $0.sublayer == self } }
  }

  private var sublayer: Sublayer {
    switch self {
    case .attentionNorm, .query, .key, .value, .output: .attention
    case .mlpNorm, .gate, .up, .down: .mlp
    }
  }
}
