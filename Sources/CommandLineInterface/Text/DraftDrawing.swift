import Inference

/// A draft model drawn with one mark per sub-layer: `·` the model's own weights, `8` and `4` a copy
/// in so many bits, `#` skipped.
enum DraftDrawing {
  /// Rows of at most 60 layers: numbers of every tenth layer, attention, MLP.
  static func lines(_ model: DraftModel, layerCount: Int) -> [String] {
    let attention = Set(model.skip.attention)
    let mlp = Set(model.skip.mlp)
    var lines: [String] = []
    for start in stride(from: 0, to: layerCount, by: 60) {
      let layers = start..<min(start + 60, layerCount)
      var numbers = ""
      for layer in layers where layer % 10 == 0 {
        numbers = leftAligned(numbers, layer - start) + String(layer)
      }
      func row(_ skipped: Set<Int>, _ precision: (Int) -> WeightPrecision) -> String {
        layers.map { layer in
          skipped.contains(layer) ? "#" : precision(layer).bits.map(String.init) ?? "·"
        }.joined()
      }
      lines.append(leftAligned("", 12) + numbers)
      lines.append("  attention " + row(attention, model.weights.attention))
      lines.append("  MLP       " + row(mlp, model.weights.mlp))
    }
    return lines
  }
}

extension DraftModel {
  /// The bits of the sub-layers that run, for a narrow column: `8`, `4`, `4–8`, `–` for the model's
  /// own.
  func bits(layerCount: Int) -> String {
    var bits: Set<Int?> = []
    for layer in 0..<layerCount {
      if !skip.attention.contains(layer) { bits.insert(weights.attention(layer).bits) }
      if !skip.mlp.contains(layer) { bits.insert(weights.mlp(layer).bits) }
    }
    let copies = bits.compactMap(\.self).sorted()
    guard let least = copies.first, let most = copies.last else { return "–" }
    if bits.contains(nil) { return "\(least)+" }
    return least == most ? "\(least)" : "\(least)–\(most)"
  }
}
