import Files
import Inference

extension JSONCodec<WeightPrecision> {
  /// `"model"`, or a number of bits.
  package static var precision: JSONCodec {
    JSONCodec(
      read: { field throws(InputError) in
        if case .integer(let bits) = field.value, let precision = WeightPrecision(bits: bits) {
          return precision
        }
        guard case .string("model") = field.value else { throw field.error(Self.expected) }
        return .model
      }, write: { $0.bits.map(JSON.integer) ?? "model" })
  }

  fileprivate static var expected: String { "expected \"model\", 8 or 4" }
}

extension DraftWeights {
  /// `"model"`, 8 or 4 for all sub-layers, or `{"attn": […], "mlp": […]}` with one of these for each
  /// layer, 0 where it is skipped.
  package static func codec(skipping skip: SkipSet, layerCount: Int?) -> JSONCodec<DraftWeights> {
    JSONCodec(
      read: { field throws(InputError) in
        guard case .object = field.value else {
          return .uniform(try JSONCodec.precision.read(field))
        }
        let attention = try precisions(try field.required("attn"), skip.attention)
        let mlp = try precisions(try field.required("mlp"), skip.mlp)
        let count = layerCount ?? attention.count
        guard attention.count == count, mlp.count == count, count > 0 else {
          throw field.error(
            "expected one number for each of \(count) layers, found \(attention.count) for "
              + "attention and \(mlp.count) for MLPs")
        }
        return DraftWeights(attention: attention, mlp: mlp)
      },
      write: { weights in
        guard let layers = weights.layerCount else {
          return JSONCodec.precision.write(weights.uniform ?? .model)
        }
        func list(_ skipped: [Int], _ precision: (Int) -> WeightPrecision) -> JSON {
          .array(
            (0..<layers).map {
              skipped.contains($0) ? 0 : JSONCodec.precision.write(precision($0))
            })
        }
        return [
          "attn": list(skip.attention, weights.attention), "mlp": list(skip.mlp, weights.mlp),
        ]
      })
  }

  private static func precisions(
    _ field: JSONField, _ skipped: [Int]
  ) throws(InputError) -> [WeightPrecision] {
    var precisions: [WeightPrecision] = []
    for (layer, element) in try field.elements().enumerated() {
      if case .integer(0) = element.value {
        guard skipped.contains(layer) else {
          throw element.error("layer \(layer) is not skipped, so it is read in some precision")
        }
        precisions.append(.fourBits)
      } else {
        precisions.append(try JSONCodec.precision.read(element))
      }
    }
    return precisions
  }
}
