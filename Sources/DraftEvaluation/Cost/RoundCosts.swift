import Inference

/// What rounds with one draft model cost.
public struct RoundCosts: Hashable, Sendable {
  /// The machine's cost model.
  public let model: CostModel
  let load: DraftLoad

  /// Seconds of the draft steps of a round in which the model drafts `drafts` tokens, after
  /// `context` positions and behind `lookedUp` tokens that its first step has to read as well.
  public func draftSeconds(_ drafts: Int, behind lookedUp: Int = 0, context: Double) -> Double {
    guard drafts > 0 else { return 0 }
    let later = Double(drafts - 1)
    var first = seconds(model.firstStep, context: context)
    if lookedUp > 0 {
      // Several rows cost a draft step what they cost the full model, in proportion.
      first *=
        model.verificationSeconds(rows: lookedUp + 1, context: context)
        / model.verificationSeconds(rows: 1, context: context)
    }
    // The later steps' mean context is half their number further on.
    return first
      + later
      * seconds(model.laterStep, context: context + Double(lookedUp) + (later + 1) / 2)
  }

  /// Seconds of the verification of a round of `drafts` tokens; of a plain token for none.
  public func verificationSeconds(_ drafts: Int, context: Double) -> Double {
    drafts == 0
      ? model.plainSeconds(context: context)
      : model.verificationSeconds(rows: drafts + 1, context: context)
  }

  private func seconds(_ step: CostModel.DraftStep, context: Double) -> Double {
    step.seconds(load, context: context, shape: model.shape)
  }

  /// Seconds of `tokens` tokens of plain decoding from a context on.
  public func plainSeconds(_ tokens: Int, context: Double) -> Double {
    Double(tokens) * model.plainSeconds(context: context + Double(max(0, tokens - 1)) / 2)
  }

  /// Seconds of a draft step that follows another one over a plain token's, at the mean context of
  /// the passes timed.
  public var laterStepRatio: Double {
    let context = model.meanContext
    return seconds(model.laterStep, context: context)
      / model.plainSeconds(context: context)
  }
}
