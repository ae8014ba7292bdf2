import Inference

/// A skip set drawn with one mark per sub-layer: `·` runs, `#` is skipped.
enum SkipSetDrawing {
  /// Rows of at most 60 layers: numbers of every tenth layer, attention, MLP.
  static func lines(_ skip: SkipSet, layerCount: Int) -> [String] {
    let attention = Set(skip.attention)
    let mlp = Set(skip.mlp)
    var lines: [String] = []
    for start in stride(from: 0, to: layerCount, by: 60) {
      let layers = start..<min(start + 60, layerCount)
      var numbers = ""
      for layer in layers where layer % 10 == 0 {
        numbers = leftAligned(numbers, layer - start) + String(layer)
      }
      func row(_ skipped: Set<Int>) -> String {
        String(layers.map { skipped.contains($0) ? "#" : "·" })
      }
      lines.append(leftAligned("", 12) + numbers)
      lines.append("  attention " + row(attention))
      lines.append("  MLP       " + row(mlp))
    }
    return lines
  }
}
