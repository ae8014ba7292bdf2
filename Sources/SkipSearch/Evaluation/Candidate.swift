import Inference

/// What a trial evaluates: a skip set with the settings to draft with.
public struct Candidate: Hashable, Sendable {
  /// The sub-layers left out when drafting.
  public var skip: SkipSet
  /// How many tokens a round drafts.
  public var draft: DraftSettings

  /// Pairs a set with settings.
  public init(skip: SkipSet, draft: DraftSettings) {
    self.skip = skip
    self.draft = draft
  }
}
