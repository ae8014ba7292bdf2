import Files
import Foundation

extension Checkpoint {
  /// Opens a Hugging Face model directory. Reads headers, norms and biases; matrices are mapped.
  ///
  /// - Throws: an error that names file and field where anything is missing, corrupt, of a wrong
  ///   shape, or not supported.
  public init(directory: String) throws(InputError) {
    let configuration = try ModelConfiguration(directory: directory)
    let part = configuration.architecture.facts.textPart
    let store = try TensorStore(directory: directory, part: part)
    let expected = ExpectedTensor.all(configuration)
    // Before anything else: a config.json of another model shows as one error, not as the first of
    // many, and a hostile number of layers costs nothing.
    try store.checkPresence(of: expected)
    // Norms and biases lie between the matrices, all over the files.
    store.expect(.scattered)
    var weights = StoredWeights(store: store, configuration: configuration)
    let embedding = try weights.matrix(.embedding)
    let layers = try weights.layers(configuration)
    let finalNorm = try weights.norm(.finalNorm)
    store.expect(.inOrder)
    var head = embedding
    if store.contains(.head) {
      head = try weights.matrix(.head)
      if configuration.tiesWordEmbeddings {
        try store.checkTied(embedding, head)
        head = embedding
      }
    }
    self.init(
      configuration: configuration, embedding: embedding, finalNorm: finalNorm, head: head,
      layers: layers,
      warnings: store.warnings + (try ModelDirectory(directory).brokenLinks)
        + store.unused(expected + (configuration.tiesWordEmbeddings ? [.head] : [])),
      files: store.mapped)
  }
}

/// The tensors of a directory's files, each of the shape that the configuration gives it.
private struct StoredWeights: WeightSource {
  let store: TensorStore
  let configuration: ModelConfiguration

  func matrix(_ tensor: ExpectedTensor) throws(InputError) -> WeightTensor {
    let stored = tensor.stored(configuration)
    let whole = try store.tensor(
      tensor.name, shape: stored.shape, reason: tensor.reason(configuration))
    return tensor.fused == nil ? whole : whole.rows(stored.rows)
  }

  func norm(_ tensor: ExpectedTensor) throws(InputError) -> [Float] {
    let weights = try matrix(tensor).toFloats()
    return configuration.architecture.facts.normsAreOffsets ? weights.map { 1 + $0 } : weights
  }

  func bias(_ tensor: ExpectedTensor) throws(InputError) -> [Float] {
    try matrix(tensor).toFloats()
  }
}

extension TensorStore {
  fileprivate func contains(_ tensor: ExpectedTensor) -> Bool { contains(tensor.name) }

  /// - Throws: one error that lists what is missing.
  fileprivate func checkPresence(of expected: [ExpectedTensor]) throws(InputError) {
    let missing = expected.map(\.name).filter { !contains($0) }
    guard !missing.isEmpty else { return }
    let shown = missing.prefix(20).joined(separator: ", ")
    let more = missing.count > 20 ? " and \(missing.count - 20) more" : ""
    let hint =
      missing == [ExpectedTensor.head.name]
      ? "; config.json does not set tie_word_embeddings, so the head cannot be the embedding" : ""
    throw InputError(
      file: directory, field: missing[0],
      "\(missing.count == 1 ? "a tensor is" : "\(missing.count) tensors are") missing from the "
        + "weights: \(shown)\(more)\(hint)")
  }

  /// A tied model may come with its head written out, which must then be the embedding: where it is
  /// not, some versions of Hugging Face's library use it and some do not.
  fileprivate func checkTied(
    _ embedding: WeightTensor, _ head: WeightTensor
  ) throws(InputError) {
    let isSame = withExtendedLifetime((embedding, head)) {
      guard embedding.type == head.type, let left = embedding.bytes.baseAddress,
        let right = head.bytes.baseAddress
      else { return false }
      return memcmp(left, right, head.bytes.count) == 0
    }
    guard isSame else {
      throw InputError(
        file: path(of: head.name), field: head.name,
        "differs from \(embedding.name), but config.json sets tie_word_embeddings; set it to "
          + "false to use this tensor, or remove the tensor")
    }
  }

  /// A sentence about tensors that nothing uses.
  fileprivate func unused(_ expected: [ExpectedTensor]) -> [String] {
    let used = Set(expected.map(\.name))
    // Older files store what RoPE computes.
    let unused = names.filter { !used.contains($0) && !$0.hasSuffix("rotary_emb.inv_freq") }
    guard !unused.isEmpty else { return [] }
    let shown = unused.prefix(8).joined(separator: ", ") + (unused.count > 8 ? ", …" : "")
    return [
      "\(directory): \(unused.count) "
        + "\(unused.count == 1 ? "tensor is" : "tensors are") not used by the model: \(shown)"
    ]
  }
}
