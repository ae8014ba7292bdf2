import Inference

/// What of a model's shape the load of a draft step depends on. All layers are alike.
public struct DraftShape: Hashable, Sendable {
  /// The model's layers.
  public var layerCount: Int
  /// The model's tokens.
  public var vocabularySize: Int
  /// Bytes of weights of one attention sub-layer, as the checkpoint has them.
  public var attentionBytes: Double
  /// Bytes of weights of one MLP sub-layer, as the checkpoint has them.
  public var mlpBytes: Double
  /// Bytes of a copy over those of the checkpoint's weights, by precision; 1 for its own.
  public var copyRatios: [WeightPrecision: Double]

  package init(
    layerCount: Int, vocabularySize: Int, attentionBytes: Double, mlpBytes: Double,
    copyRatios: [WeightPrecision: Double] = [:]
  ) {
    self.layerCount = layerCount
    self.vocabularySize = vocabularySize
    self.attentionBytes = attentionBytes
    self.mlpBytes = mlpBytes
    self.copyRatios = copyRatios
  }

  /// The shape of a model in memory.
  public init(_ model: LanguageModel) {
    let layers = model.configuration.layerCount
    let all = Double(model.weightBytes())
    func bytesEach(_ skip: SkipSet) -> Double {
      (all - Double(model.weightBytes(of: DraftModel(skip: skip)))) / Double(layers)
    }
    layerCount = layers
    vocabularySize = model.configuration.vocabularySize
    attentionBytes = bytesEach(SkipSet(attention: 0..<layers, mlp: []))
    mlpBytes = bytesEach(SkipSet(attention: [], mlp: 0..<layers))
    copyRatios = [:]
    let sublayers = Double(layers) * (attentionBytes + mlpBytes)
    for precision in WeightPrecision.allCases where precision != .model {
      let bytes = model.weightBytes(
        of: DraftModel(skip: .none, weights: .uniform(precision)))
      copyRatios[precision] = (Double(bytes) - (all - sublayers)) / sublayers
    }
  }

  /// Bytes of weights of an attention sub-layer in some precision.
  func attentionBytes(_ precision: WeightPrecision) -> Double {
    attentionBytes * ratio(precision)
  }

  /// Bytes of weights of an MLP sub-layer in some precision.
  func mlpBytes(_ precision: WeightPrecision) -> Double { mlpBytes * ratio(precision) }

  /// Bytes in a precision over the checkpoint's; of blocks of 32 with a scale in 16 bits beside
  /// weights in 16 bits where nothing else is known.
  func ratio(_ precision: WeightPrecision) -> Double {
    copyRatios[precision] ?? precision.bits.map { (Double($0) + 0.5) / 16 } ?? 1
  }
}
