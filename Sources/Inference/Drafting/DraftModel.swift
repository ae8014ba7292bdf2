/// What of the full model a draft step runs. It is no second model: it shares the full model's
/// weights, and reads its KV cache.
///
/// Two drafts with equal draft models draft the same tokens with the same confidences after the
/// same text, however their rounds stop: this is what the optimiser searches, what a replay
/// records, and what a draft step costs.
public struct DraftModel: Hashable, Sendable {
  /// The sub-layers left out.
  public var skip: SkipSet

  /// The full model without some sub-layers.
  public init(skip: SkipSet) { self.skip = skip }

  /// The draft model as text, equal for equal ones: what is drawn at random for it is drawn from
  /// this.
  public var identity: String { "\(skip.attention)/\(skip.mlp)" }

  /// The full model itself, as its own draft.
  public static let full = DraftModel(skip: .none)

  /// Whether a model with `layerCount` layers has all that this names.
  public func fits(layerCount: Int) -> Bool { skip.fits(layerCount: layerCount) }
}
