/// The weights of a decoder layer, each with the bias that may go with it: the one table by which
/// tensors are looked for, read, drawn at random, fingerprinted and handed to the engine.
///
/// What an architecture has beside a Llama's is a case whose `row` is nil for the others. Such a
/// tensor is loaded, counted among its sub-layer's bytes, and in the engine's `LayerView`:
/// the forward pass has to use it. An output norm belongs to what its sub-layer adds: where that is
/// skipped, so is the norm.
public enum LayerTensor: Int, CaseIterable, Sendable {
  /// RMSNorm before attention: [hidden].
  case attentionNorm
  /// RMSNorm before the MLP: [hidden].
  case mlpNorm
  /// RMSNorm of what attention adds: [hidden].
  case attentionOutputNorm
  /// RMSNorm of what the MLP adds: [hidden].
  case mlpOutputNorm
  /// RMSNorm of each head of the queries: [head dimension].
  case queryNorm
  /// RMSNorm of each head of the keys: [head dimension].
  case keyNorm
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
    let facts = c.architecture.facts
    let inputBias = c.attentionBias || facts.hasQueryKeyValueBias
    let isFused = facts.hasFusedMatrices
    let projections = Fusion("self_attn.qkv_proj", [.query, .keyValue, .keyValue])
    let gateAndUp = Fusion("mlp.gate_up_proj", [.intermediate, .intermediate])
    func norm(_ name: String, _ dimension: Dimension, if isThere: Bool = true) -> Row? {
      isThere ? Row(name, [dimension]) : nil
    }
    func matrix(
      _ name: String, _ outputs: Dimension, _ inputs: Dimension, hasBias: Bool,
      fused: (Fusion, part: Int)? = nil
    ) -> Row {
      guard isFused, let fused else { return Row(name, [outputs, inputs], hasBias: hasBias) }
      return Row(fused.0.name, [outputs, inputs], fused: (fused.0.outputs, fused.part))
    }
    switch self {
    case .attentionNorm: return norm("input_layernorm", .hidden)
    case .mlpNorm:
      let name = facts.hasOutputNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm"
      return norm(name, .hidden)
    case .attentionOutputNorm:
      return norm("post_attention_layernorm", .hidden, if: facts.hasOutputNorms)
    case .mlpOutputNorm:
      return norm("post_feedforward_layernorm", .hidden, if: facts.hasOutputNorms)
    case .queryNorm: return norm("self_attn.q_norm", .head, if: facts.hasQueryKeyNorm)
    case .keyNorm: return norm("self_attn.k_norm", .head, if: facts.hasQueryKeyNorm)
    case .query:
      return matrix(
        "self_attn.q_proj", .query, .hidden, hasBias: inputBias, fused: (projections, 0))
    case .key:
      return matrix(
        "self_attn.k_proj", .keyValue, .hidden, hasBias: inputBias, fused: (projections, 1))
    case .value:
      return matrix(
        "self_attn.v_proj", .keyValue, .hidden, hasBias: inputBias, fused: (projections, 2))
    case .output: return matrix("self_attn.o_proj", .hidden, .query, hasBias: c.attentionBias)
    case .gate:
      return matrix(
        "mlp.gate_proj", .intermediate, .hidden, hasBias: c.mlpBias, fused: (gateAndUp, 0))
    case .up:
      return matrix(
        "mlp.up_proj", .intermediate, .hidden, hasBias: c.mlpBias, fused: (gateAndUp, 1))
    case .down: return matrix("mlp.down_proj", .hidden, .intermediate, hasBias: c.mlpBias)
    }
  }

  /// Matrices of the same inputs that lie in one tensor, one below the other. Each is used where it
  /// lies there.
  private struct Fusion {
    let name: String
    let outputs: [Dimension]

    init(_ name: String, _ outputs: [Dimension]) {
      self.name = name
      self.outputs = outputs
    }
  }

  /// What the table says of a tensor.
  struct Row {
    /// Within the layer, without `.weight` and `.bias`.
    let name: String
    /// [outputs, inputs] of a matrix, [width] of a norm.
    let dimensions: [Dimension]
    let hasBias: Bool
    /// The outputs of all matrices in the tensor, and which of them this one is; nil where it has
    /// the tensor for itself.
    let fused: (outputs: [Dimension], part: Int)?

    init(
      _ name: String, _ dimensions: [Dimension], hasBias: Bool = false,
      fused: (outputs: [Dimension], part: Int)? = nil
    ) {
      self.name = name
      self.dimensions = dimensions
      self.hasBias = hasBias
      self.fused = fused
    }

    var isNorm: Bool { dimensions.count == 1 }

    func weight(layer: Int) -> ExpectedTensor {
      ExpectedTensor(
        name: "model.layers.\(layer).\(name).weight", dimensions: dimensions, fused: fused)
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
    case .attentionNorm, .attentionOutputNorm, .queryNorm, .keyNorm, .query, .key, .value, .output:
      .attention
    case .mlpNorm, .mlpOutputNorm, .gate, .up, .down: .mlp
    }
  }
}
