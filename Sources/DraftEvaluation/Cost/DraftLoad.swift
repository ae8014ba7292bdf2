import Inference

/// What a draft step runs, as far as its time depends on it.
struct DraftLoad: Hashable, Sendable {
  /// The sub-layers of one precision.
  struct Sublayers: Hashable, Sendable {
    var attention = 0
    var mlp = 0
  }

  /// By precision; without those that nothing is read in.
  var sublayers: [WeightPrecision: Sublayers] = [:]
  /// The precision of the head, and the share of all tokens that it knows.
  var head: WeightPrecision
  var headShare: Double
  /// Bytes of weights of the sub-layers.
  var bytes: Double

  /// Attention sub-layers of all precisions.
  var attention: Int { sublayers.values.reduce(0) { $0 + $1.attention } }

  /// What its time is a linear function of; see `DraftFeatures`.
  func features(
    _ features: DraftFeatures, context: Double, cachedBytes: Double
  ) -> [Double] {
    [1]
      + features.precisions.flatMap { precision in
        let sublayers = sublayers[precision] ?? Sublayers()
        return [Double(sublayers.attention), Double(sublayers.mlp)]
      } + [Double(attention) * context, max(0, bytes - cachedBytes)]
      + features.heads.map { $0 == head ? headShare : 0 }
  }
}

/// What a draft step's time is a linear function of: a constant, the attention and MLP sub-layers of
/// each precision, attention sub-layers times context, the bytes that leave the cache, and the
/// head's share in each precision (which is part of the constant where all heads are alike).
struct DraftFeatures: Hashable, Sendable {
  var precisions: [WeightPrecision]
  var heads: [WeightPrecision]

  /// Those in which some loads differ.
  init(_ loads: some Sequence<DraftLoad>) {
    var precisions: Set<WeightPrecision> = []
    var heads: [WeightPrecision: Set<Double>] = [:]
    for load in loads {
      precisions.formUnion(load.sublayers.keys)
      heads[load.head, default: []].insert(load.headShare)
    }
    let isOne = heads.count == 1 && heads.values.allSatisfy { $0.count == 1 }
    self.init(precisions: Array(precisions), heads: isOne ? [] : Array(heads.keys))
  }

  init(precisions: [WeightPrecision], heads: [WeightPrecision]) {
    self.precisions = precisions.sorted { $0.rawValue < $1.rawValue }
    self.heads = heads.sorted { $0.rawValue < $1.rawValue }
  }
}

extension DraftLoad {
  /// The load of a draft model on a model of some shape.
  init(_ draft: DraftModel, of shape: DraftShape) {
    head = draft.head.precision
    headShare =
      draft.head.vocabulary.map { Double($0.count) / Double(shape.vocabularySize) } ?? 1
    bytes = 0
    for layer in 0..<shape.layerCount {
      if !draft.skip.attention.contains(layer) {
        sublayers[draft.weights.attention(layer), default: Sublayers()].attention += 1
      }
      if !draft.skip.mlp.contains(layer) {
        sublayers[draft.weights.mlp(layer), default: Sublayers()].mlp += 1
      }
    }
    for (precision, count) in sublayers {
      bytes +=
        Double(count.attention) * shape.attentionBytes(precision)
        + Double(count.mlp) * shape.mlpBytes(precision)
    }
  }
}
