extension Checkpoint {
  /// A model of the given shape with random weights in memory: for measuring speed without a
  /// download, and for tests. Weights are near ±1/√inputs, so that activations stay of order one.
  ///
  /// - Parameters:
  ///   - configuration: the shape.
  ///   - type: how the matrices are stored.
  ///   - seed: the same seed gives the same weights on every machine.
  /// - Throws: where the system has no memory for a matrix.
  public init(
    random configuration: ModelConfiguration, type: ElementType, seed: UInt64
  ) throws(OutOfMemory) {
    var weights = RandomWeights(
      configuration: configuration, type: type, random: RandomBits(seed: seed))
    let layers = try weights.layers(configuration)
    let embedding = try weights.matrix(.embedding)
    let finalNorm = weights.norm(.finalNorm)
    self.init(
      configuration: configuration, embedding: embedding, finalNorm: finalNorm,
      head: configuration.tiesWordEmbeddings ? embedding : try weights.matrix(.head),
      layers: layers)
  }
}

/// Tensors whose elements are drawn when they are asked for.
private struct RandomWeights: WeightSource {
  typealias Failure = OutOfMemory

  let configuration: ModelConfiguration
  let type: ElementType
  var random: RandomBits

  mutating func matrix(_ tensor: ExpectedTensor) throws(OutOfMemory) -> WeightTensor {
    let shape = tensor.shape(configuration)
    let memory = try AnonymousMemory(count: type.byteCount(of: shape.reduce(1, *)))
    random.fill(memory.bytes, type: type, scale: 1 / Double(shape[1]).squareRoot())
    return WeightTensor(
      name: tensor.name, type: type, shape: shape, bytes: UnsafeRawBufferPointer(memory.bytes),
      owner: memory)
  }

  mutating func norm(_ tensor: ExpectedTensor) -> [Float] { vector(tensor, around: 1) }

  mutating func bias(_ tensor: ExpectedTensor) -> [Float] { vector(tensor, around: 0) }

  private mutating func vector(_ tensor: ExpectedTensor, around center: Float) -> [Float] {
    (0..<tensor.shape(configuration)[0]).map { _ in center + random.uniform() * 0.2 - 0.1 }
  }
}
