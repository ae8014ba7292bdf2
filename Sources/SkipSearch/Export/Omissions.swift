import DraftEvaluation
import Inference

extension Draft {
  /// What an exported draft leaves out of this one, a sentence each: with it go figures that were
  /// measured with it.
  ///
  /// - Parameter rounds: whether stop rule and lookups are exported.
  public func omissions(exportingRounds rounds: Bool) -> [String] {
    var sentences: [String] = []
    let precisions = WeightPrecision.allCases.filter { precision in
      precision != .model && model.weights.reads(precision, skipping: model.skip)
    }
    if !precisions.isEmpty {
      let bits = precisions.compactMap(\.bits).map(String.init).joined(separator: " and ")
      sentences.append(
        "The draft's copies of weights in \(bits) bits are left out: it reads the model's own.")
    }
    if let bits = model.head.precision.bits {
      sentences.append("The draft's head in \(bits) bits is left out: it reads the model's own.")
    }
    if let vocabulary = model.head.vocabulary {
      sentences.append(
        "The draft's head of \(vocabulary.count) tokens is left out: it computes all tokens.")
    }
    guard !rounds else { return sentences }
    sentences.append(
      "The stop rule is left out: at most \(stop.maximum) tokens, \(stop.criterion.argument).")
    if stop.lookup != nil {
      sentences.append("Lookups in the context are left out.")
    }
    return sentences
  }
}

extension DraftWeights {
  /// Whether a sub-layer that is run is read in a precision.
  fileprivate func reads(_ precision: WeightPrecision, skipping skip: SkipSet) -> Bool {
    guard let count = layerCount else { return uniform == precision }
    return (0..<count).contains { layer in
      (!skip.attention.contains(layer) && attention(layer) == precision)
        || (!skip.mlp.contains(layer) && mlp(layer) == precision)
    }
  }
}
