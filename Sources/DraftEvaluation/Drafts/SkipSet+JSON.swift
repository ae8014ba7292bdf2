import Files
import Inference

extension SkipSet {
  /// `{"attn": […], "mlp": […]}`, ascending: the contract's form, and the blog post's.
  public var json: JSON { ["attn": JSON(attention), "mlp": JSON(mlp)] }

  /// Reads `{"attn": […], "mlp": […]}` or Draft & Verify's `{"attention": […], "mlp": […]}`. One of
  /// the two lists may be missing; repeats and disorder are accepted.
  ///
  /// - Parameter layerCount: the layers of the model that the set is for; nil where it is not known.
  /// - Throws: where neither list is there, where something is no list of layer numbers, and where
  ///   a layer does not exist: the error names the element (`attn[2]`).
  public init(_ field: JSONField, layerCount: Int?) throws(InputError) {
    let attentionNames = ["attn", "attention"]
    var given: [JSONField] = []
    for name in attentionNames {
      if let list = try field.optional(name) { given.append(list) }
    }
    guard given.count < 2 else {
      throw field.error("both \"attn\" and \"attention\" are given; keep one of them")
    }
    let mlp = try field.optional("mlp")
    guard !given.isEmpty || mlp != nil else {
      throw field.error("expected the lists \"attn\" and \"mlp\" of the layers to skip")
    }
    let attention = try given.first.map { list throws(InputError) in
      try Self.layers(list, layerCount: layerCount)
    }
    let mlps = try mlp.map { list throws(InputError) in
      try Self.layers(list, layerCount: layerCount)
    }
    self.init(attention: attention ?? [], mlp: mlps ?? [])
  }

  /// More layers than any model has: a bound for sets whose model is not known.
  public static let layerLimit = 10_000

  private static func layers(
    _ list: JSONField, layerCount: Int?
  ) throws(InputError) -> Set<Int> {
    let elements = try list.elements()
    // Every layer once is all that a set can name; a few repeats are harmless, a million is not.
    guard elements.count <= 2 * (layerCount ?? layerLimit) else {
      throw list.error("the list has \(elements.count) elements, more than any set of layers has")
    }
    var layers: Set<Int> = []
    for element in elements {
      let layer = try element.integer()
      guard layer >= 0, layer < layerCount ?? layerLimit else {
        guard let layerCount else {
          throw element.error("\(layer) is no layer; layers count from 0")
        }
        throw element.error(
          "layer \(layer) does not exist: the model has \(layerCount) layers, "
            + "0 to \(layerCount - 1)")
      }
      layers.insert(layer)
    }
    return layers
  }
}
