/// What of the full model a draft step runs, and in what precision it reads it. It is no second
/// model: its weights are the full model's, or copies of them in fewer bits, and it reads the full
/// model's KV cache.
///
/// Two drafts with equal draft models draft the same tokens with the same confidences after the
/// same text, however their rounds stop: this is what the optimiser searches, what a replay
/// records, and what a draft step costs.
public struct DraftModel: Hashable, Sendable {
  /// The sub-layers left out.
  public let skip: SkipSet
  /// The precision of the others.
  public let weights: DraftWeights
  /// How the logits are computed.
  public let head: DraftHead

  /// The full model without some sub-layers, read in some precision.
  public init(
    skip: SkipSet, weights: DraftWeights = .uniform(.model), head: DraftHead = .full
  ) {
    self.skip = skip
    self.weights = weights.normalized(skipping: skip)
    self.head = head
  }

  /// The full model itself, as its own draft.
  public static let full = DraftModel(skip: .none)

  /// The draft model as text, equal for equal ones: what is drawn at random for it is drawn from
  /// this.
  public var identity: String {
    let skipped = "\(skip.attention)/\(skip.mlp)"
    // What version 0.1.0 drew for a skip set alone stays as it was.
    guard weights != .uniform(.model) || head != .full else { return skipped }
    let tokens = head.vocabulary.map { "/\($0)" } ?? ""
    return "\(skipped)/\(weights)/\(head.precision)\(tokens)"
  }

  /// Whether a model with so many layers has all that this names.
  public func fits(layerCount: Int) -> Bool {
    skip.fits(layerCount: layerCount) && (weights.layerCount ?? layerCount) == layerCount
  }

  /// Whether a model with so many layers and tokens has all that this names.
  public func fits(layerCount: Int, vocabularySize: Int) -> Bool {
    fits(layerCount: layerCount) && head.fits(vocabularySize: vocabularySize)
  }
}
