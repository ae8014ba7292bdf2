import Files

/// The tensors of a GGUF file, each of the shape that the configuration gives it.
struct GGUFWeights: WeightSource {
  let tensors: GGUFTensors
  let configuration: ModelConfiguration
  let names: GGUFNames

  func matrix(_ tensor: ExpectedTensor) throws(InputError) -> WeightTensor {
    let stored = tensor.stored(configuration)
    let whole = try tensors.tensor(
      names.name(of: tensor.name), shape: stored.shape, reason: tensor.reason(configuration))
    return tensor.fused == nil ? whole : whole.rows(stored.rows)
  }

  // Norms are stored as they are used, Gemma's too.
  func norm(_ tensor: ExpectedTensor) throws(InputError) -> [Float] { try vector(tensor) }

  func bias(_ tensor: ExpectedTensor) throws(InputError) -> [Float] { try vector(tensor) }

  private func vector(_ tensor: ExpectedTensor) throws(InputError) -> [Float] {
    try tensors.vector(
      names.name(of: tensor.name), count: tensor.shape(configuration)[0],
      reason: tensor.reason(configuration))
  }

  /// - Throws: one error that lists what is missing, or one about what the architecture has not:
  ///   a file with more weights is of a model that computes something else.
  func checkNames() throws(InputError) {
    let expected = ExpectedTensor.all(configuration).map { names.name(of: $0.name) }
    let missing = expected.filter { !tensors.contains($0) }
    if let first = missing.first {
      let shown = missing.prefix(20).joined(separator: ", ")
      let more = missing.count > 20 ? " and \(missing.count - 20) more" : ""
      throw tensors.error(
        first,
        "\(missing.count == 1 ? "a tensor is" : "\(missing.count) tensors are") missing: "
          + shown + more)
    }
    let known = Set(expected)
    for name in tensors.names where !known.contains(name) && !Self.isBeside(name) {
      throw tensors.error(
        name,
        "a \(configuration.architecture.rawValue) has no such tensor; the model computes something "
          + "that is not supported")
    }
  }

  private static func isBeside(_ name: String) -> Bool {
    [
      GGUFTensors.ropeFactors, GGUFTensors.longRopeFactors, GGUFTensors.shortRopeFactors,
    ].contains(name)
      // Older files store what RoPE computes.
      || name.hasSuffix("attn_rot_embd") || name.hasSuffix("rotary_emb.inv_freq")
  }
}
