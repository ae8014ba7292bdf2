import Files
import Foundation

extension Checkpoint {
  /// Opens a Hugging Face model directory. Reads headers, norms and biases; matrices are mapped.
  ///
  /// - Throws: an error that names file and field where anything is missing, corrupt, of a wrong
  ///   shape, or not supported.
  public init(directory: String) throws(InputError) {
    let configuration = try ModelConfiguration(directory: directory)
    let store = try TensorStore(directory: directory)
    let expected = ExpectedTensors(configuration)
    // Before anything else: a config.json of another model shows as one error, not as the first of
    // many, and a hostile number of layers costs nothing.
    try expected.checkPresence(in: store)
    // Norms and biases lie between the matrices, all over the files.
    store.expect(.scattered)

    func matrix(_ name: String) throws(InputError) -> WeightTensor {
      let shape = expected.shape(of: name)
      return try store.tensor(name, shape: shape.sizes, reason: shape.reason)
    }
    func vector(_ name: String) throws(InputError) -> [Float] { try matrix(name).toFloats() }
    func bias(_ name: String, _ present: Bool) throws(InputError) -> [Float]? {
      present ? try vector(name) : nil
    }
    let embedding = try matrix(ExpectedTensors.embedding)
    var layers: [LayerWeights] = []
    for index in 0..<configuration.layerCount {
      let layer = "model.layers.\(index)."
      let attention = layer + "self_attn."
      let mlp = layer + "mlp."
      layers.append(
        LayerWeights(
          inputNorm: try vector(layer + "input_layernorm.weight"),
          query: try matrix(attention + "q_proj.weight"),
          key: try matrix(attention + "k_proj.weight"),
          value: try matrix(attention + "v_proj.weight"),
          output: try matrix(attention + "o_proj.weight"),
          queryBias: try bias(attention + "q_proj.bias", configuration.attentionBias),
          keyBias: try bias(attention + "k_proj.bias", configuration.attentionBias),
          valueBias: try bias(attention + "v_proj.bias", configuration.attentionBias),
          outputBias: try bias(attention + "o_proj.bias", configuration.attentionBias),
          postAttentionNorm: try vector(layer + "post_attention_layernorm.weight"),
          gate: try matrix(mlp + "gate_proj.weight"), up: try matrix(mlp + "up_proj.weight"),
          down: try matrix(mlp + "down_proj.weight"),
          gateBias: try bias(mlp + "gate_proj.bias", configuration.mlpBias),
          upBias: try bias(mlp + "up_proj.bias", configuration.mlpBias),
          downBias: try bias(mlp + "down_proj.bias", configuration.mlpBias)))
    }
    let finalNorm = try vector(ExpectedTensors.finalNorm)
    store.expect(.inOrder)
    if configuration.tiesWordEmbeddings, store.contains(ExpectedTensors.head) {
      try checkTied(embedding, try matrix(ExpectedTensors.head), store)
    }
    self.init(
      configuration: configuration, embedding: embedding, finalNorm: finalNorm,
      head: configuration.tiesWordEmbeddings ? embedding : try matrix(ExpectedTensors.head),
      layers: layers, warnings: store.warnings + expected.warnings(about: store))
  }
}

/// A tied model may come with its head written out, which must then be the embedding: where it is
/// not, some versions of Hugging Face's library use it and some do not.
private func checkTied(
  _ embedding: WeightTensor, _ head: WeightTensor, _ store: TensorStore
) throws(InputError) {
  let isSame = withExtendedLifetime((embedding, head)) {
    guard embedding.type == head.type, let left = embedding.bytes.baseAddress,
      let right = head.bytes.baseAddress
    else { return false }
    return memcmp(left, right, head.bytes.count) == 0
  }
  guard isSame else {
    throw InputError(
      file: store.path(of: head.name), field: head.name,
      "differs from \(embedding.name), but config.json sets tie_word_embeddings; set it to false to "
        + "use this tensor, or remove the tensor")
  }
}

/// The tensors that a configuration asks for, with their shapes.
struct ExpectedTensors {
  static let embedding = "model.embed_tokens.weight"
  static let finalNorm = "model.norm.weight"
  static let head = "lm_head.weight"

  let configuration: ModelConfiguration

  init(_ configuration: ModelConfiguration) { self.configuration = configuration }

  /// Names in the order of the model.
  func names(layer: Int) -> [String] {
    var names = ["input_layernorm.weight", "post_attention_layernorm.weight"]
    for matrix in ["q_proj", "k_proj", "v_proj", "o_proj"] {
      names.append("self_attn.\(matrix).weight")
      if configuration.attentionBias { names.append("self_attn.\(matrix).bias") }
    }
    for matrix in ["gate_proj", "up_proj", "down_proj"] {
      names.append("mlp.\(matrix).weight")
      if configuration.mlpBias { names.append("mlp.\(matrix).bias") }
    }
    return names.map { "model.layers.\(layer).\($0)" }
  }

  private var outerNames: [String] {
    [Self.embedding, Self.finalNorm] + (configuration.tiesWordEmbeddings ? [] : [Self.head])
  }

  /// - Throws: one error that lists what is missing.
  func checkPresence(in store: TensorStore) throws(InputError) {
    var missing = outerNames.filter { !store.contains($0) }
    for layer in 0..<configuration.layerCount {
      missing += names(layer: layer).filter { !store.contains($0) }
    }
    guard !missing.isEmpty else { return }
    let shown = missing.prefix(20).joined(separator: ", ")
    let more = missing.count > 20 ? " and \(missing.count - 20) more" : ""
    let hint =
      missing == [Self.head]
      ? "; config.json does not set tie_word_embeddings, so the head cannot be the embedding" : ""
    throw InputError(
      file: store.directory, field: missing[0],
      "\(missing.count == 1 ? "a tensor is" : "\(missing.count) tensors are") missing from the "
        + "weights: \(shown)\(more)\(hint)")
  }

  /// A sentence about tensors that nothing uses.
  func warnings(about store: TensorStore) -> [String] {
    var used = Set(outerNames)
    for layer in 0..<configuration.layerCount { used.formUnion(names(layer: layer)) }
    // Older files store what RoPE computes, and some tied ones a copy of the embedding.
    let unused = store.names.filter {
      !used.contains($0) && !$0.hasSuffix("rotary_emb.inv_freq")
        && !(configuration.tiesWordEmbeddings && $0 == Self.head)
    }
    guard !unused.isEmpty else { return [] }
    let shown = unused.prefix(8).joined(separator: ", ") + (unused.count > 8 ? ", …" : "")
    return [
      "\(store.directory): \(unused.count) "
        + "\(unused.count == 1 ? "tensor is" : "tensors are") not used by the model: \(shown)"
    ]
  }

  /// A tensor's shape, and the fields of config.json that it follows from.
  func shape(of name: String) -> (sizes: [Int], reason: String) {
    let c = configuration
    let hidden = (c.hiddenSize, "hidden_size \(c.hiddenSize)")
    let queries = (c.queryWidth, "num_attention_heads \(c.headCount) × head_dim \(c.headDimension)")
    let keys = (
      c.keyValueWidth, "num_key_value_heads \(c.keyValueHeadCount) × head_dim \(c.headDimension)"
    )
    let inner = (c.intermediateSize, "intermediate_size \(c.intermediateSize)")
    let vocabulary = (c.vocabularySize, "vocab_size \(c.vocabularySize)")
    var sizes: [(Int, String)]
    switch name.split(separator: ".").dropLast().last {
    case "q_proj": sizes = [queries, hidden]
    case "k_proj", "v_proj": sizes = [keys, hidden]
    case "o_proj": sizes = [hidden, queries]
    case "gate_proj", "up_proj": sizes = [inner, hidden]
    case "down_proj": sizes = [hidden, inner]
    case "embed_tokens", "lm_head": sizes = [vocabulary, hidden]
    default: sizes = [hidden]
    }
    if name.hasSuffix(".bias") { sizes.removeLast() }
    return (sizes.map(\.0), sizes.map(\.1).joined(separator: ", "))
  }
}
