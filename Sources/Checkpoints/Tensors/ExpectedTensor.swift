/// A tensor that a configuration asks for: those outside of the layers here, a layer's by
/// `LayerTensor`.
struct ExpectedTensor: Sendable {
  /// The name in the checkpoint.
  let name: String
  /// Outermost first: [outputs, inputs] of a matrix.
  let dimensions: [Dimension]

  static let embedding = ExpectedTensor(
    name: "model.embed_tokens.weight", dimensions: [.vocabulary, .hidden])
  static let finalNorm = ExpectedTensor(name: "model.norm.weight", dimensions: [.hidden])
  /// Not asked for where it is tied to the embedding.
  static let head = ExpectedTensor(name: "lm_head.weight", dimensions: [.vocabulary, .hidden])

  /// All that a model must have, in the order in which what is missing is listed.
  static func all(_ configuration: ModelConfiguration) -> [ExpectedTensor] {
    let rows = LayerTensor.allCases.compactMap { $0.row(configuration) }
    var tensors = [embedding, finalNorm]
    if !configuration.tiesWordEmbeddings { tensors.append(head) }
    for layer in 0..<configuration.layerCount {
      for row in rows {
        tensors.append(row.weight(layer: layer))
        if let bias = row.bias(layer: layer) { tensors.append(bias) }
      }
    }
    return tensors
  }

  /// The sizes that a configuration gives it, outermost first.
  func shape(_ configuration: ModelConfiguration) -> [Int] {
    dimensions.map { $0.size(configuration).count }
  }

  /// The fields of config.json that the shape follows from.
  func reason(_ configuration: ModelConfiguration) -> String {
    dimensions.map { $0.size(configuration).reason }.joined(separator: ", ")
  }
}
