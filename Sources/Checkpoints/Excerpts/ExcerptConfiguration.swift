import Files

/// config.json of a model's excerpt: the number of layers, and what it says of each.
struct ExcerptConfiguration {
  private let whole: ModelConfiguration
  private let layers: [Int]

  init(of whole: ModelConfiguration, keeping layers: [Int]) {
    self.whole = whole
    self.layers = layers
  }

  /// The excerpt's configuration for the model's: in the part about text, where there is one.
  func json(_ root: JSON) -> JSON {
    guard let text = root["text_config"], text["num_hidden_layers"] != nil else {
      return cut(root)
    }
    return root.setting("text_config", to: cut(text))
  }

  private func cut(_ text: JSON) -> JSON {
    guard case .object(let members) = text else { return text }
    var cut = JSON.object(
      members.map { member in
        guard member.key.contains("layer"), case .array(let values) = member.value,
          values.count == whole.layerCount
        else { return member }
        return JSON.Member(member.key, .array(layers.map { values[$0] }))
      })
    cut = cut.setting("num_hidden_layers", to: .integer(layers.count))
    // What follows from a layer's number in the model has to be written out: it has another here.
    if !whole.fullAttentionLayers.isEmpty, !cut.hasList("layer_types") {
      let types = layers.map { layer in
        JSON.string(
          whole.fullAttentionLayers.contains(layer) ? "full_attention" : "sliding_attention")
      }
      cut = cut.setting("layer_types", to: .array(types))
    }
    if !whole.unrotatedLayers.isEmpty, !cut.hasList("no_rope_layers") {
      let flags = layers.map { whole.unrotatedLayers.contains($0) ? 0 : 1 }
      cut = cut.setting("no_rope_layers", to: JSON(flags))
    }
    return cut
  }
}

extension JSON {
  fileprivate func hasList(_ key: String) -> Bool {
    if case .array = self[key] { true } else { false }
  }

  /// An object with a member's value replaced, or the member added.
  fileprivate func setting(_ key: String, to value: JSON) -> JSON {
    guard case .object(var members) = self else { return self }
    if let index = members.lastIndex(where: { $0.key == key }) {
      members[index].value = value
    } else {
      members.append(Member(key, value))
    }
    return .object(members)
  }
}
