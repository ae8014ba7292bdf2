import Inference

extension DraftModel {
  /// The bits of the sub-layers that run, for a narrow column: `8`, `4`, `4–8`, `–` for the model's
  /// own.
  package func bits(layerCount: Int) -> String {
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
