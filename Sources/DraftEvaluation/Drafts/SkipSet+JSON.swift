import Files
import Inference

extension SkipSet: LayeredRecord {
  /// `{"attn": […], "mlp": […]}`, ascending: the contract's form, and the blog post's. Draft &
  /// Verify's `{"attention": […], "mlp": […]}` is read too. One of the two lists may be missing;
  /// repeats and disorder are accepted. Where a layer does not exist, the error names the element
  /// (`attn[2]`).
  package static func record(
    _ member: JSONMembers<SkipSet>, layerCount: Int?
  ) throws(InputError) -> SkipSet {
    let layers = JSONCodec.nullable(.layers(layerCount))
    let attention = try member("attn", or: "attention", { $0.attention }, layers)
    let mlp = try member("mlp", { $0.mlp }, layers)
    guard attention != nil || mlp != nil else {
      throw member.error("expected the lists \"attn\" and \"mlp\" of the layers to skip")
    }
    return SkipSet(attention: attention ?? [], mlp: mlp ?? [])
  }

  /// More layers than any model has: a bound for sets whose model is not known.
  public static let layerLimit = 10_000
}

extension JSONCodec<[Int]> {
  /// Numbers of layers.
  fileprivate static func layers(_ layerCount: Int?) -> JSONCodec {
    JSONCodec(
      read: { list throws(InputError) in
        let limit = layerCount ?? SkipSet.layerLimit
        let elements = try list.elements()
        // Every layer once is all that a set can name; a few repeats are harmless, a million
        // is not.
        guard elements.count <= 2 * limit else {
          throw list.error(
            "the list has \(elements.count) elements, more than any set of layers has")
        }
        return try elements.map { element throws(InputError) in
          let layer = try element.integer()
          guard layer >= 0, layer < SkipSet.layerLimit else {
            throw element.error("\(layer) is no layer; layers count from 0")
          }
          guard layer < limit else {
            throw element.error(
              "layer \(layer) does not exist: the model has \(limit) layers, 0 to \(limit - 1)")
          }
          return layer
        }
      }, write: { JSON($0) })
  }
}
