import Files

/// A model's configuration and weights. Matrices stay where they are, memory-mapped; norms and
/// biases are converted to floats.
public struct Checkpoint: Sendable {
  /// Shape and constants.
  public let configuration: ModelConfiguration
  /// [vocabulary, hidden]
  public let embedding: WeightTensor
  /// The RMSNorm before the head: [hidden].
  public let finalNorm: [Float]
  /// [vocabulary, hidden]; the embedding itself where they are tied.
  public let head: WeightTensor
  /// The decoder layers, from the embedding on.
  public let layers: [LayerWeights]
  /// What a user should know, a sentence each: tensors that the model does not use.
  public let warnings: [String]
  /// The files that all this lies in; none where it was made in memory.
  private let files: [MappedFile]

  init(
    configuration: ModelConfiguration, embedding: WeightTensor, finalNorm: [Float],
    head: WeightTensor, layers: [LayerWeights], warnings: [String] = [],
    files: [MappedFile] = []
  ) {
    self.configuration = configuration
    self.embedding = embedding
    self.finalNorm = finalNorm
    self.head = head
    self.layers = layers
    self.warnings = warnings
    self.files = files
  }

  /// Says where somebody has written into the weights since they were opened: what was computed
  /// with them may then be of two models. Whoever shows or keeps results asks before.
  ///
  /// - Throws: `inputOutput` that names the file.
  public func checkUnchanged() throws(InputError) {
    for file in files { try file.checkUnchanged() }
  }

  /// The number of parameters; a tied head counts once.
  public var parameterCount: Int {
    matrices.reduce(finalNorm.count) { $0 + $1.count }
      + layers.reduce(0) { $0 + $1.orderedVectors.reduce(0) { $0 + $1.count } }
  }

  /// The element type that most parameters are stored in.
  public var elementType: ElementType {
    var counts: [ElementType: Int] = [:]
    for matrix in matrices { counts[matrix.type, default: 0] += matrix.count }
    return ElementType.allCases.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? .f32
  }

  /// Every matrix once.
  var matrices: [WeightTensor] {
    [embedding] + (configuration.tiesWordEmbeddings ? [] : [head])
      + layers.flatMap(\.orderedMatrices)
  }
}
