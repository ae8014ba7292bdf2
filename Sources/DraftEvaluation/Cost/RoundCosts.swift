import Inference

/// What rounds with one draft model cost.
public struct RoundCosts: Hashable, Sendable {
  /// The machine's cost model.
  public let model: CostModel
  let load: DraftLoad

  /// Seconds of the draft steps of a round of `drafts` tokens that begins after `context`
  /// positions.
  public func draftSeconds(_ drafts: Int, context: Double) -> Double {
    guard drafts > 0 else { return 0 }
    let later = Double(drafts - 1)
    // The later steps' mean context is half their number further on.
    return model.firstStep.seconds(load, context: context)
      + later * model.laterStep.seconds(load, context: context + (later + 1) / 2)
  }

  /// Seconds of the verification of a round of `drafts` tokens.
  public func verificationSeconds(_ drafts: Int, context: Double) -> Double {
    model.verificationSeconds(rows: drafts + 1, context: context)
  }

  /// Seconds of `tokens` tokens of plain decoding from a context on.
  public func plainSeconds(_ tokens: Int, context: Double) -> Double {
    Double(tokens) * model.plainSeconds(context: context + Double(max(0, tokens - 1)) / 2)
  }

  /// Seconds of a draft step that follows another one over a plain token's, at the mean context of
  /// the passes timed.
  public var laterStepRatio: Double {
    let context = model.meanContext
    return model.laterStep.seconds(load, context: context)
      / model.plainSeconds(context: context)
  }
}
