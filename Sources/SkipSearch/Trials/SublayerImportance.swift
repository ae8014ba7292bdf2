/// How much a sub-layer matters around the best set, as the optimiser's model has it.
public struct SublayerImportance: Hashable, Sendable {
  /// Whether it is an attention block; else an MLP.
  public var isAttention: Bool
  /// Its layer.
  public var layer: Int
  /// The posterior mean of what the logit of the acceptance (of the log speedup, where costs are
  /// not known) loses where the sub-layer is skipped, all others as in the best set.
  public var harm: Double
  /// The posterior standard deviation of that.
  public var standardDeviation: Double

  /// `attention 3`, `MLP 0`.
  public var name: String { "\(isAttention ? "attention" : "MLP") \(layer)" }
}
