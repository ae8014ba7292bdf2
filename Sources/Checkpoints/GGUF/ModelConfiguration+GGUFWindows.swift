import Files
import GGUF

extension ModelConfiguration {
  /// Reads which layers have a window. llama.cpp has none for Llama and Qwen, whatever a file says.
  mutating func readWindows(_ keys: GGUFKeys) throws(InputError) {
    let facts = architecture.facts
    let field = keys["attention.sliding_window"]
    // Phi's files have the window of all layers, or a number beyond the context for none.
    let width = try field?.integer(in: 0...Int(Int32.max))
    let window = width.flatMap { $0 > 0 && $0 < maxPositionEmbeddings ? $0 : nil }
    switch (architecture, facts.window) {
    case (.llama, _), (_, .none), (_, .upper), (_, .unrotated): slidingWindow = nil
    case (_, .all): slidingWindow = window
    case (_, .allButEvery(let interval, _)):
      slidingWindow = width == nil ? facts.slidingWindow : window
      guard slidingWindow != nil else { return }
      let windowed = try layersWithWindow(keys, interval)
      fullAttentionLayers = Set((0..<layerCount).filter { !windowed[$0] })
    }
  }

  /// By an interval, or layer by layer.
  private func layersWithWindow(
    _ keys: GGUFKeys, _ interval: Int
  ) throws(InputError) -> [Bool] {
    var interval = interval
    if let field = keys["attention.sliding_window_pattern"] {
      if case .array = field.value {
        return try field.perLayer(layerCount, in: 0...1).map { $0 == 1 }
      }
      interval = try field.integer(in: 1...(1 << 24))
    }
    return (0..<layerCount).map { ($0 + 1) % interval != 0 }
  }
}
