import Files

/// How much a sub-layer matters around the best set, as the optimiser's model has it.
public struct SublayerImportance: Hashable, Sendable {
  /// Whether it is an attention block; else an MLP.
  public var isAttention: Bool
  /// Its layer.
  public var layer: Int
  /// The posterior mean of what the logit of the acceptance (of the log speedup, where costs are not
  /// known) loses where the sub-layer is skipped, all others as in the best set.
  public var harm: Double
  /// The posterior standard deviation of that.
  public var standardDeviation: Double

  /// Collects the figures of a sub-layer.
  public init(isAttention: Bool, layer: Int, harm: Double, standardDeviation: Double) {
    self.isAttention = isAttention
    self.layer = layer
    self.harm = harm
    self.standardDeviation = standardDeviation
  }

  /// `attention 3`, `MLP 0`.
  public var name: String { "\(isAttention ? "attention" : "MLP") \(layer)" }

  /// An element of a result's `importance`.
  public var json: JSON {
    [
      "sub_layer": .string(isAttention ? "attn" : "mlp"), "layer": .integer(layer),
      "harm": .double(harm), "standard_deviation": .double(standardDeviation),
    ]
  }

  /// Reads what `json` writes.
  public init(_ field: JSONField, layerCount: Int) throws(InputError) {
    let kind = try field.required("sub_layer")
    let name = try kind.string()
    guard name == "attn" || name == "mlp" else {
      throw kind.error("expected \"attn\" or \"mlp\", found \"\(name)\"")
    }
    self.init(
      isAttention: name == "attn",
      layer: try field.required("layer").integer(in: 0...layerCount - 1),
      harm: try field.required("harm").double(),
      standardDeviation: try field.required("standard_deviation").nonnegative())
  }
}
