import Inference

/// What the drafts of a search may consist of beside a skip set: what costs are measured for.
public struct DraftChoices: Hashable, Sendable {
  /// The precisions of sub-layers, the dearest first; at least one.
  public var precisions: [WeightPrecision]
  /// The heads, the dearest first; at least one.
  public var heads: [DraftHead]
  /// The most tokens that the draft model drafts in a round.
  public var draftMaximum: Int

  /// - Precondition: there is a precision and a head.
  public init(
    precisions: [WeightPrecision] = [.model], heads: [DraftHead] = [.full], draftMaximum: Int
  ) {
    precondition(!precisions.isEmpty && !heads.isEmpty && draftMaximum >= 1)
    self.precisions = precisions
    self.heads = heads
    self.draftMaximum = draftMaximum
  }

  /// Whether skip sets are all that varies.
  public var isClassical: Bool { precisions == [.model] && heads == [.full] }
}
