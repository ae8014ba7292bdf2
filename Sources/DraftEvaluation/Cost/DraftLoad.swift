import Inference

/// What a draft step runs, as far as its time depends on it.
struct DraftLoad: Hashable, Sendable {
  /// Attention and MLP sub-layers.
  var attention: Int
  var mlp: Int
  /// Bytes of weights of one of each.
  var attentionBytes: Double
  var mlpBytes: Double

  /// What its time is a linear function of.
  func features(context: Double, cachedBytes: Double) -> [Double] {
    let bytes = Double(attention) * attentionBytes + Double(mlp) * mlpBytes
    return [
      1, Double(attention), Double(mlp), Double(attention) * context, max(0, bytes - cachedBytes),
    ]
  }
}

extension DraftLoad {
  /// The load of a draft model.
  ///
  /// - Parameters:
  ///   - attentionBytes: bytes of weights of an attention sub-layer.
  ///   - mlpBytes: bytes of weights of an MLP sub-layer.
  init(_ draft: DraftModel, layerCount: Int, attentionBytes: Double, mlpBytes: Double) {
    self.init(
      attention: layerCount - draft.skip.attention.count,
      mlp: layerCount - draft.skip.mlp.count, attentionBytes: attentionBytes, mlpBytes: mlpBytes)
  }

  /// The load of a draft model of a model in memory.
  init(_ draft: DraftModel, of model: LanguageModel) {
    let layers = model.configuration.layerCount
    func bytesEach(_ skip: SkipSet) -> Double {
      Double(model.weightBytes() - model.weightBytes(of: DraftModel(skip: skip))) / Double(layers)
    }
    self.init(
      draft, layerCount: layers,
      attentionBytes: bytesEach(SkipSet(attention: 0..<layers, mlp: [])),
      mlpBytes: bytesEach(SkipSet(attention: [], mlp: 0..<layers)))
  }
}
