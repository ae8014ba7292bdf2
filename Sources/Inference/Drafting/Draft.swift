/// All that decides how a round is drafted: what a draft step runs, and when the round stops.
///
/// Evaluators, replay, results and `Generator` take a draft whole, so that whatever a draft comes
/// to consist of reaches all of them.
public struct Draft: Hashable, Sendable {
  /// What a draft step runs.
  public var model: DraftModel
  /// When a round stops drafting.
  public var stop: StopRule

  /// A draft of its two parts.
  public init(model: DraftModel, stop: StopRule) {
    self.model = model
    self.stop = stop
  }
}
