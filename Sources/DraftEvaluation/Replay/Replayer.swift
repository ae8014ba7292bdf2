import Inference

/// What replays draft models along known texts: this process's engine (`DraftReplayer`), or that of
/// another process (`ExternalReplayer`).
public protocol Replayer: AnyObject {
  /// The most tokens that the draft model drafts in a round.
  var draftMaximum: Int { get }
  /// The most looked-up tokens that it drafts behind.
  var lookupMaximum: Int { get }

  /// Replays rounds; see `DraftReplayer.records`.
  ///
  /// - Returns: a record for each position, in order.
  func records(
    of positions: [DraftReplayer.Position], drafting model: DraftModel, behind lookup: LookupRule?,
    extent: DraftReplayer.Extent, until stop: StopSignal
  ) throws(EvaluationError) -> [DraftRecord]

  /// How far each draft model's next token is from the full model's; see
  /// `DraftReplayer.meanTotalVariations`.
  ///
  /// - Returns: a distance for each draft model, in order; nil where it cannot tell.
  func distances(
    of positions: [DraftReplayer.Position], drafting models: [DraftModel], until stop: StopSignal
  ) throws(EvaluationError) -> [Double]?
}

extension DraftReplayer: Replayer {
  /// Replays rounds.
  public func records(
    of positions: [Position], drafting model: DraftModel, behind lookup: LookupRule?,
    extent: Extent, until stop: StopSignal
  ) throws(EvaluationError) -> [DraftRecord] {
    guard
      let records = records(
        of: positions, drafting: model, behind: lookup, extent: extent,
        isStopped: { stop.isRaised })
    else { throw .interrupted }
    return records
  }

  /// How far each draft model is from the full model.
  public func distances(
    of positions: [Position], drafting models: [DraftModel], until stop: StopSignal
  ) throws(EvaluationError) -> [Double]? {
    guard
      let distances = meanTotalVariations(
        of: positions, drafting: models, isStopped: { stop.isRaised })
    else { throw .interrupted }
    return distances
  }
}
