import DraftEvaluation
import Files
import Inference

extension SublayerImportance: LayeredRecord {
  /// An element of a result's `importance`.
  package static func record(
    _ member: JSONMembers<SublayerImportance>, layerCount: Int?
  ) throws(InputError) -> SublayerImportance {
    let kind = try member(
      "sub_layer", { $0.isAttention ? Kind.attn : .mlp },
      .name { "expected \"attn\" or \"mlp\", found \"\($0)\"" })
    return SublayerImportance(
      isAttention: kind == .attn,
      layer: try member(
        "layer", \.layer, .integer(in: 0...(layerCount ?? SkipSet.layerLimit) - 1)),
      harm: try member("harm", \.harm, .number(in: -1e9...1e9)),
      standardDeviation: try member("standard_deviation", \.standardDeviation, .number(in: 0...1e9))
    )
  }

  private enum Kind: String { case attn, mlp }
}
