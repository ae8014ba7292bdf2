import Files

extension ModelConfiguration {
  /// Reads which layers have a window, by the architecture's own keys and `layer_types`. Needs
  /// `unrotatedLayers`.
  mutating func readWindows(_ root: JSONField) throws(InputError) {
    let facts = architecture.facts
    let layers = 0..<layerCount
    // Only an absent key stands for the architecture's window: null is none.
    let isAbsent = root.value["sliding_window"] == nil
    func width() throws(InputError) -> Int? {
      try root.optional("sliding_window")?.integer(in: 1 ... .max)
        ?? (isAbsent ? facts.slidingWindow : nil)
    }
    func isUsed() throws(InputError) -> Bool {
      try root.optional("use_sliding_window")?.bool() ?? false
    }
    let windowed: [Int]
    var isFixed = false
    switch facts.window {
    case .none:
      (slidingWindow, windowed, isFixed) = (nil, [], true)
    case .all:
      slidingWindow = try width()
      (windowed, isFixed) = (slidingWindow == nil ? [] : Array(layers), true)
    case .upper(let first):
      slidingWindow = try isUsed() ? width() : nil
      let from = try root.optional("max_window_layers")?.integer(in: 0 ... .max) ?? first
      windowed = slidingWindow == nil ? [] : layers.filter { $0 >= from }
    case .allButEvery(let ifAbsent, let key):
      slidingWindow = try width()
      let field = try key.flatMap { key throws(InputError) in try root.optional(key) }
      let interval = try field?.integer(in: 1...(1 << 24)) ?? ifAbsent
      windowed = layers.filter { ($0 + 1) % interval != 0 }
    case .unrotated:
      slidingWindow = try width()
      let isOn = try isUsed() && slidingWindow != nil
      windowed = isOn ? layers.filter(unrotatedLayers.contains) : []
    }
    var hasWindow = layers.map { Set(windowed).contains($0) }
    if let list = try root.optional("layer_types") {
      let listed = try Self.layerTypes(list, layerCount)
      // Some classes ignore the list; one that says otherwise is of a model that needs it.
      if isFixed, let layer = layers.first(where: { listed[$0] != hasWindow[$0] }) {
        let types = ["full_attention", "sliding_attention"]
        throw try list.elements()[layer].error(
          "\"\(types[listed[layer] ? 1 : 0])\" is not supported; every layer of this "
            + "\(architecture.rawValue) is \"\(types[hasWindow[layer] ? 1 : 0])\"")
      }
      hasWindow = listed
    }
    if slidingWindow == nil, hasWindow.contains(true) {
      throw root.error(
        "layers have a window (layer_types), but config.json says none: "
          + "sliding_window\(try isUsed() ? "" : " and use_sliding_window")")
    }
    fullAttentionLayers = slidingWindow == nil ? [] : Set(layers.filter { !hasWindow[$0] })
    if fullAttentionLayers.count == layerCount {
      (slidingWindow, fullAttentionLayers) = (nil, [])
    }
  }

  /// Whether each layer's attention has a window, as `layer_types` has it.
  private static func layerTypes(
    _ list: JSONField, _ layerCount: Int
  ) throws(InputError) -> [Bool] {
    let types = try list.elements()
    let flags = try types.map { layer throws(InputError) in
      switch try layer.string() {
      case "full_attention": return false
      case "sliding_attention": return true
      case let other:
        throw layer.error(
          "\"\(other)\" is not supported; layers of \"full_attention\" and "
            + "\"sliding_attention\" are")
      }
    }
    guard flags.count == layerCount else {
      throw list.error("has \(flags.count) elements for num_hidden_layers \(layerCount)")
    }
    return flags
  }
}
