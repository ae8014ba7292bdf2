import Inference

extension CostModel {
  /// Seconds of a draft step: a constant part (embedding, choosing the token), a part per attention
  /// and per MLP sub-layer in each precision, one for the head, and one per attention sub-layer and
  /// position of context.
  public struct DraftStep: Hashable, Sendable {
    /// Seconds of what is read in one precision.
    public struct Precision: Hashable, Sendable {
      /// Of an attention sub-layer without context.
      public var attention: Double
      /// Of an MLP sub-layer.
      public var mlp: Double
      /// Of the head with all tokens; 0 where it is part of the constant.
      public var head: Double

      package init(attention: Double, mlp: Double, head: Double = 0) {
        self.attention = attention
        self.mlp = mlp
        self.head = head
      }
    }

    /// Seconds of embedding and choosing the token, and of the head where all are alike.
    public var fixed: Double
    /// By precision, of those that were measured.
    public var precisions: [WeightPrecision: Precision]
    /// Seconds of an attention sub-layer for each position of context.
    public var attentionContext: Double
    /// Seconds for each byte of the sub-layers' weights beyond `cachedBytes`.
    public var uncachedByte: Double
    /// Bytes of weights that stay in the processor's cache from one step to the next.
    public var cachedBytes: Double

    package init(
      fixed: Double, precisions: [WeightPrecision: Precision], attentionContext: Double,
      uncachedByte: Double, cachedBytes: Double
    ) {
      self.fixed = fixed
      self.precisions = precisions
      self.attentionContext = attentionContext
      self.uncachedByte = uncachedByte
      self.cachedBytes = cachedBytes
    }

    /// Seconds with so many sub-layers and positions before the token.
    func seconds(_ load: DraftLoad, context: Double, shape: DraftShape) -> Double {
      var seconds =
        fixed + attentionContext * Double(load.attention) * context
        + uncachedByte * max(0, load.bytes - cachedBytes)
      for precision in WeightPrecision.allCases {
        guard let count = load.sublayers[precision] else { continue }
        let each = self[precision, shape]
        seconds += Double(count.attention) * each.attention + Double(count.mlp) * each.mlp
      }
      return seconds + load.headShare * headSeconds(load.head, shape)
    }

    /// What was measured of a precision; where nothing was, what the nearest one says by its bytes.
    private subscript(precision: WeightPrecision, shape: DraftShape) -> Precision {
      // A precision in which heads alone were read says nothing of sub-layers.
      func isKnown(_ known: Precision) -> Bool { known.attention + known.mlp > 0 }
      if let known = precisions[precision], isKnown(known) { return known }
      guard let (nearest, known) = nearest(to: precision, where: isKnown) else {
        return Precision(attention: 0, mlp: 0)
      }
      let ratio = shape.ratio(precision) / shape.ratio(nearest)
      return Precision(attention: known.attention * ratio, mlp: known.mlp * ratio)
    }

    private func headSeconds(_ precision: WeightPrecision, _ shape: DraftShape) -> Double {
      if let known = precisions[precision], known.head > 0 { return known.head }
      guard let (nearest, known) = nearest(to: precision, where: { $0.head > 0 }) else { return 0 }
      return known.head * shape.ratio(precision) / shape.ratio(nearest)
    }

    private func nearest(
      to precision: WeightPrecision, where isKnown: (Precision) -> Bool
    ) -> (WeightPrecision, Precision)? {
      precisions.filter { isKnown($0.value) }
        .min {
          (abs($0.key.rawValue - precision.rawValue), $0.key.rawValue)
            < (abs($1.key.rawValue - precision.rawValue), $1.key.rawValue)
        }
        .map { ($0.key, $0.value) }
    }
  }
}

extension CostModel.DraftStep {
  /// Coefficients in the order of `DraftLoad.features`.
  init(coefficients: [Double], _ features: DraftFeatures, cachedBytes: Double) {
    let count = features.precisions.count
    var precisions: [WeightPrecision: Precision] = [:]
    for (index, precision) in features.precisions.enumerated() {
      precisions[precision] = Precision(
        attention: coefficients[1 + 2 * index], mlp: coefficients[2 + 2 * index])
    }
    for (index, precision) in features.heads.enumerated() {
      precisions[precision, default: Precision(attention: 0, mlp: 0)].head =
        coefficients[3 + 2 * count + index]
    }
    self.init(
      fixed: coefficients[0], precisions: precisions,
      attentionContext: coefficients[1 + 2 * count],
      uncachedByte: coefficients[2 + 2 * count], cachedBytes: cachedBytes)
  }

  /// All times multiplied.
  func scaled(by factor: Double) -> Self {
    Self(
      fixed: fixed * factor,
      precisions: precisions.mapValues {
        Precision(
          attention: $0.attention * factor, mlp: $0.mlp * factor, head: $0.head * factor)
      }, attentionContext: attentionContext * factor, uncachedByte: uncachedByte * factor,
      cachedBytes: cachedBytes)
  }
}
