/// How a pass runs each sub-layer: a `DraftModel` laid out for a model of a certain depth, once for
/// all the passes that run it.
struct SublayerPlan {
  /// How a sub-layer runs.
  enum Mode {
    /// With the checkpoint's weights.
    case run
    /// Not at all: the residual stream stays as it is, and no key or value is written.
    case skip
  }

  /// The sub-layers of one decoder layer.
  struct Layer {
    var attention = Mode.run
    var mlp = Mode.run
  }

  /// [layers]
  let layers: [Layer]

  /// - Precondition: the draft model fits `layerCount` layers.
  init(_ model: DraftModel, layerCount: Int) {
    precondition(model.fits(layerCount: layerCount), "the draft is of a deeper model")
    var layers = [Layer](repeating: Layer(), count: layerCount)
    for layer in model.skip.attention { layers[layer].attention = .skip }
    for layer in model.skip.mlp { layers[layer].mlp = .skip }
    self.layers = layers
  }
}

extension LanguageModel {
  /// How a pass runs this model's sub-layers as a draft; all of them for `DraftModel.full`.
  func plan(for draft: DraftModel) -> SublayerPlan {
    SublayerPlan(draft, layerCount: layers.count)
  }
}
