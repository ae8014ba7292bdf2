/// Where a checkpoint's tensors come from.
protocol WeightSource {
  associatedtype Failure: Error

  /// A matrix, as it is stored.
  mutating func matrix(_ tensor: ExpectedTensor) throws(Failure) -> WeightTensor
  /// The weight of an RMSNorm.
  mutating func norm(_ tensor: ExpectedTensor) throws(Failure) -> [Float]
  /// What a matrix's outputs are moved by.
  mutating func bias(_ tensor: ExpectedTensor) throws(Failure) -> [Float]
}

extension WeightSource {
  /// All layers of a model, from the embedding on.
  mutating func layers(_ configuration: ModelConfiguration) throws(Failure) -> [LayerWeights] {
    var layers: [LayerWeights] = []
    for index in 0..<configuration.layerCount {
      layers.append(try LayerWeights(index, of: configuration, from: &self))
    }
    return layers
  }
}
