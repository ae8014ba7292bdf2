import DraftEvaluation

/// A set worth knowing: one of the best, or of the front of acceptance against draft cost.
public struct ResultEntry: Hashable, Sendable {
  /// From 1, by the speedup on calibration prompts; sets measured on held-out prompts first. The
  /// order is not the held-out prompts', so that their figures are not those of the luckiest.
  public var rank: Int
  /// The trial's number.
  public var trial: Int
  /// The measurement on the calibration prompts: the trial's, or, of the best few sets, a new one
  /// with the best stop rule that the set tried.
  public var calibration: Evaluation
  /// The measurement on held-out prompts; nil where there was none.
  public var heldOut: Evaluation?

  /// A complete replay of the calibration prompts: exact counts, modelled seconds; nil where there
  /// was none.
  public var replay: Evaluation?

  package init(
    rank: Int, trial: Int, calibration: Evaluation, heldOut: Evaluation?,
    replay: Evaluation? = nil
  ) {
    self.rank = rank
    self.trial = trial
    self.calibration = calibration
    self.heldOut = heldOut
    self.replay = replay
  }

  /// The measurement that counts: on held-out prompts where there is one.
  public var decisive: Evaluation { heldOut ?? calibration }

  /// Whether the set is faster than plain decoding beyond doubt: the lower end of its decisive 95%
  /// interval is above 1.
  public var beatsPlainDecoding: Bool {
    guard let interval = decisive.speedup?.interval else { return false }
    return interval.lowerBound > 1
  }
}
