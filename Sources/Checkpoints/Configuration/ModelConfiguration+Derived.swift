/// What follows from a configuration.
extension ModelConfiguration {
  /// `headCount` · `headDimension`
  public var queryWidth: Int { headCount * headDimension }
  /// `keyValueHeadCount` · `headDimension`
  public var keyValueWidth: Int { keyValueHeadCount * headDimension }
  /// The first dimensions of a head, which are rotated; the others stay as they are. Even.
  public var rotaryDimension: Int { Int(Double(headDimension) * partialRotaryFactor) }

  /// The most positions of a text: `max_position_embeddings`, but for dynamic RoPE, which is there
  /// to go beyond it, `factor` times that.
  public var contextLength: Int {
    guard case .dynamic(let factor, _) = ropeScaling else { return maxPositionEmbeddings }
    let stretched = Double(maxPositionEmbeddings) * max(1, factor)
    return Int(min(stretched, Double(Self.maximumPositions)))
  }

  /// The window of a layer's attention; nil where it sees all keys.
  public func window(ofLayer layer: Int) -> Int? {
    fullAttentionLayers.contains(layer) ? nil : slidingWindow
  }

  /// Which RoPE a layer has.
  public func rotation(ofLayer layer: Int) -> LayerRotation {
    if unrotatedLayers.contains(layer) { return .none }
    return localRope != nil && window(ofLayer: layer) != nil ? .local : .global
  }

  /// Frequencies of rotary position embedding, `rotaryDimension` / 2 of them, and the factor on
  /// cosine and sine; for a text of one token, where the length decides (see `RopeScaling`).
  public var rope: (inverseFrequencies: [Double], attentionFactor: Double) {
    RotaryEmbedding(theta: ropeTheta, scaling: ropeScaling)
      .frequencies(dimension: rotaryDimension, sequenceLength: 1)
  }

  /// What attention scores are multiplied with.
  public var attentionScale: Float { 1 / Float(queryScalar ?? Double(headDimension)).squareRoot() }

  /// What embeddings are multiplied with; 1 but for Gemma, whose is the root of `hiddenSize`.
  ///
  /// Hugging Face rounds it to the weights' type, which is part of computing in that type, as all
  /// its other roundings are; nothing is rounded here.
  public var embeddingScale: Float {
    architecture.facts.scalesEmbedding ? Float(Double(hiddenSize).squareRoot()) : 1
  }
}
