import Inference

/// A draft model drawn with one mark per sub-layer: `·` the model's own weights, `8` and `4` a copy
/// in so many bits, `#` skipped.
enum DraftDrawing {
  /// Rows of at most 60 layers, fewer where there are less than 72 columns: numbers of every tenth
  /// layer, attention, MLP.
  static func lines(_ model: DraftModel, layerCount: Int, width: Int = 80) -> [String] {
    let most = min(60, max(10, (width - 12) / 10 * 10))
    let attention = Set(model.skip.attention)
    let mlp = Set(model.skip.mlp)
    var lines: [String] = []
    for start in stride(from: 0, to: layerCount, by: most) {
      let layers = start..<min(start + most, layerCount)
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
