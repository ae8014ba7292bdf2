import Checkpoints

/// How a pass runs each sub-layer and the head: a `DraftModel` laid out for a model, once for all
/// the passes that run it, with the copies of weights that it reads.
///
/// `@unchecked Sendable`: written in `init` only.
final class SublayerPlan: @unchecked Sendable {
  /// The sub-layers of one decoder layer.
  struct Layer {
    /// What the sub-layers that run multiply with.
    let weights: LayerView
    let runsAttention: Bool
    let runsMLP: Bool
    /// Keys further back than this many positions are out of sight; Int.max for none.
    let window: Int
    let rotation: LayerRotation

    fileprivate init(
      _ index: Int, of configuration: ModelConfiguration, _ weights: LayerView,
      runsAttention: Bool, runsMLP: Bool
    ) {
      self.weights = weights
      self.runsAttention = runsAttention
      self.runsMLP = runsMLP
      window = configuration.window(ofLayer: index) ?? .max
      rotation = configuration.rotation(ofLayer: index)
    }
  }

  /// What gives the logits.
  struct Head {
    let matrix: WeightView
    /// [matrix outputs]: the token of each; nil where outputs are tokens.
    let tokens: UnsafePointer<UInt32>?
  }

  /// [layers]
  let layers: [Layer]
  let head: Head
  /// What `head.tokens` points to.
  private let tokens: UnsafeMutableBufferPointer<UInt32>
  /// [layers][LayerTensor]: what `layers` point to, where a sub-layer reads copies.
  private let tensors: UnsafeMutableBufferPointer<LayerView.Tensor>
  /// The copies that the pointers lead to.
  private let copies: [DraftCopy]

  fileprivate init(_ draft: DraftModel, of model: LanguageModel) {
    let layerCount = model.layers.count
    precondition(
      draft.fits(layerCount: layerCount, vocabularySize: model.head.outputs),
      "the draft is of another model")
    let kinds = LayerTensor.allCases
    var attention = [Bool](repeating: true, count: layerCount)
    var mlp = attention
    for layer in draft.skip.attention { attention[layer] = false }
    for layer in draft.skip.mlp { mlp[layer] = false }

    var wanted: [(source: DraftCopies.Source, matrix: MatrixView, precision: WeightPrecision)] = []
    var slots: [Int] = []
    for layer in 0..<layerCount {
      func add(_ sublayer: LayerTensor.Sublayer, _ precision: WeightPrecision) {
        guard precision != .model else { return }
        for kind in sublayer.tensors {
          guard case .model(let matrix)? = model.layers[layer].optionalMatrix(kind) else {
            continue
          }
          wanted.append((.layer(layer, kind), matrix, precision))
          slots.append(layer * kinds.count + kind.rawValue)
        }
      }
      if attention[layer] { add(.attention, draft.weights.attention(layer)) }
      if mlp[layer] { add(.mlp, draft.weights.mlp(layer)) }
    }
    let vocabulary = draft.head.vocabulary
    if vocabulary != nil || draft.head.precision != .model {
      wanted.append((.head(vocabulary), model.head, draft.head.precision))
    }
    copies = model.copies.copies(wanted, model.team)

    let tensors = UnsafeMutableBufferPointer<LayerView.Tensor>.allocate(
      capacity: slots.isEmpty ? 0 : layerCount * kinds.count)
    if slots.isEmpty {
      layers = (0..<layerCount).map {
        Layer(
          $0, of: model.configuration, model.layers[$0], runsAttention: attention[$0],
          runsMLP: mlp[$0])
      }
    } else {
      for layer in 0..<layerCount {
        for kind in kinds {
          tensors.initializeElement(
            at: layer * kinds.count + kind.rawValue,
            to: model.layers[layer].tensors[kind.rawValue])
        }
      }
      for (slot, copy) in zip(slots, copies) { tensors[slot] = .matrix(copy.view) }
      layers = (0..<layerCount).compactMap { layer in
        tensors.baseAddress.map {
          Layer(
            layer, of: model.configuration, LayerView(tensors: $0 + layer * kinds.count),
            runsAttention: attention[layer], runsMLP: mlp[layer])
        }
      }
    }
    self.tensors = tensors

    tokens = .allocate(capacity: vocabulary?.count ?? 0)
    if let vocabulary { _ = tokens.initialize(from: vocabulary.ids) }
    let hasCopy = copies.count > slots.count
    head = Head(
      matrix: hasCopy ? copies[slots.count].view : .model(model.head),
      tokens: vocabulary == nil ? nil : UnsafePointer(tokens.baseAddress))
  }

  deinit {
    tensors.deallocate()
    tokens.deallocate()
  }
}

extension LanguageModel {
  /// How a pass runs this model's sub-layers as a draft; all of them for `DraftModel.full`.
  /// Makes the copies of weights that the draft reads, where they are missing.
  func plan(for draft: DraftModel) -> SublayerPlan { SublayerPlan(draft, of: self) }

  /// Makes the copies of weights that a draft reads, where they are missing.
  ///
  /// - Throws: where the draft does not fit the model.
  public func prepare(_ draft: DraftModel) throws(GenerationError) {
    _ = try checkedPlan(for: draft)
  }

  /// How passes run a draft that fits the model.
  func checkedPlan(for draft: DraftModel) throws(GenerationError) -> SublayerPlan {
    guard draft.fits(layerCount: layers.count) else {
      throw .skipSetOutOfRange(layerCount: layers.count)
    }
    let vocabulary = configuration.vocabularySize
    guard draft.fits(layerCount: layers.count, vocabularySize: vocabulary) else {
      throw .draftVocabularyOutOfRange(vocabularySize: vocabulary)
    }
    return plan(for: draft)
  }

  /// Bytes of the copies of weights that drafts have needed so far, and the seconds that making
  /// them took.
  public var draftCopies: (byteCount: Int, seconds: Double) { copies.cost }

  /// Bytes of weights that one token through a draft of this model reads: the head's included, the
  /// embedding's one row not.
  public func weightBytes(of draft: DraftModel = .full) -> Int {
    var bytes = draft.head.precision.byteCount(
      of: head, outputs: draft.head.vocabulary?.count ?? head.outputs)
    let skip = draft.skip
    for layer in layers.indices {
      if !skip.attention.contains(layer) {
        bytes += weightBytes(.attention, layer, draft.weights.attention(layer))
      }
      if !skip.mlp.contains(layer) {
        bytes += weightBytes(.mlp, layer, draft.weights.mlp(layer))
      }
    }
    return bytes
  }

  /// Bytes of a sub-layer's weights in some precision.
  private func weightBytes(
    _ sublayer: LayerTensor.Sublayer, _ layer: Int, _ precision: WeightPrecision
  ) -> Int {
    var bytes = checkpoint.layers[layer].byteCount(of: sublayer)
    guard precision != .model else { return bytes }
    for kind in sublayer.tensors {
      guard case .model(let matrix)? = layers[layer].optionalMatrix(kind) else { continue }
      bytes += precision.byteCount(of: matrix, outputs: matrix.outputs) - matrix.byteCount
    }
    return bytes
  }
}
