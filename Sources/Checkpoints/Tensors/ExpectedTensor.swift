/// A tensor that a configuration asks for: those outside of the layers here, a layer's by
/// `LayerTensor`.
struct ExpectedTensor: Sendable {
  /// The name in the checkpoint.
  let name: String
  /// Outermost first: [outputs, inputs] of a matrix.
  let dimensions: [Dimension]
  /// The outputs of all matrices that the checkpoint's tensor holds, and which of them this is; nil
  /// where it is the whole tensor.
  var fused: (outputs: [Dimension], part: Int)?

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
    // Fused ones share a name.
    var names: Set<String> = []
    return tensors.filter { names.insert($0.name).inserted }
  }

  /// The sizes that a configuration gives it, outermost first.
  func shape(_ configuration: ModelConfiguration) -> [Int] {
    dimensions.map { $0.size(configuration).count }
  }

  /// The shape of the checkpoint's tensor, and which of its outermost rows are this one's.
  func stored(_ configuration: ModelConfiguration) -> (shape: [Int], rows: Range<Int>) {
    let own = shape(configuration)
    guard let fused else { return (own, 0..<own[0]) }
    let counts = fused.outputs.map { $0.size(configuration).count }
    let first = counts[..<fused.part].reduce(0, +)
    return ([counts.reduce(0, +)] + own[1...], first..<first + own[0])
  }

  /// The fields of config.json that the shape follows from.
  func reason(_ configuration: ModelConfiguration) -> String {
    let outputs = fused.map { $0.outputs + dimensions[1...] } ?? dimensions
    return outputs.map { $0.size(configuration).reason }.joined(separator: ", ")
  }
}
