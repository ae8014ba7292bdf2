import Inference

/// A draft's layers in a row of characters for attention and one for the MLPs: `·` the model's own
/// weights, `8` and `4` a copy in so many bits, `#` skipped; where a character stands for several
/// layers, `+` that some of them are skipped, else the fewest bits among them.
struct LayerStrip: Equatable {
  let attention: String
  let mlp: String
  /// Layers that a character stands for.
  let layersPerMark: Int

  /// - Parameter columns: the most characters.
  init(_ model: DraftModel, layerCount: Int, columns: Int) {
    let perMark = max(1, (layerCount + columns - 1) / max(1, columns))
    let (skippedAttention, skippedMLP) = (Set(model.skip.attention), Set(model.skip.mlp))
    func row(_ skipped: Set<Int>, _ precision: (Int) -> WeightPrecision) -> String {
      stride(from: 0, to: layerCount, by: perMark).map { start -> String in
        let layers = start..<min(start + perMark, layerCount)
        let left = layers.filter { !skipped.contains($0) }
        if left.isEmpty { return "#" }
        if left.count < layers.count { return "+" }
        return left.compactMap { precision($0).bits }.min().map(String.init) ?? "·"
      }.joined()
    }
    layersPerMark = perMark
    attention = row(skippedAttention, model.weights.attention)
    mlp = row(skippedMLP, model.weights.mlp)
  }

  /// The numbers of layers over the characters, every tenth character.
  var numbers: String {
    var text = ""
    for index in stride(from: 0, to: attention.count, by: 10) {
      text = leftAligned(text, index) + String(index * layersPerMark)
    }
    return text
  }
}
