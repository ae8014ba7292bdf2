import Inference

/// Prompts whose plain decoding is known, and what measures draft models on them. A bench is made
/// by its baseline: there is none without one.
public protocol Bench: AnyObject {
  /// Plain decoding of the prompts.
  var baseline: Baseline { get }

  /// What passes cost on this machine; nil for a bench that does not need to know, because it
  /// decodes.
  var costs: CostModel? { get }

  /// What drafts may consist of beside a skip set.
  var choices: DraftChoices { get }

  /// How far draft models are from the full model: at least 0, in any unit. Nil for a bench that
  /// cannot tell without a trial for each.
  func screen(
    _ models: [DraftModel], until stop: StopSignal
  ) throws(EvaluationError) -> [Double]?

  /// Decoding with lookups alone, by the rule that suits them; nil where nothing may be looked up.
  func evaluateLookup(until stop: StopSignal) throws(EvaluationError) -> TrialOutcome?

  /// Measures a draft model with the stop rule that a trial has.
  ///
  /// - Parameters:
  ///   - incumbent: the best complete evaluation so far; the trial may end early where the draft
  ///     cannot reach it (see `Racing`). Nil: it is measured whole.
  func evaluate(
    _ model: DraftModel, against incumbent: Evaluation?, until stop: StopSignal
  ) throws(EvaluationError) -> TrialOutcome

  /// Finds the stop rule that suits one of the best few draft models, more thoroughly than a trial.
  /// Stopped, it keeps what is best so far.
  ///
  /// - Parameters:
  ///   - evaluation: what its trial measured.
  ///   - budget: raised when there is no time to try another rule. A replay, which its figures rest
  ///     on, is finished all the same.
  ///   - progress: called with the steps done, and their number.
  func settle(
    _ evaluation: Evaluation, until stop: StopSignal, trying budget: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> Settlement
}

/// What a trial gives: what was measured, and what it is worth to the optimiser.
public struct TrialOutcome: Hashable, Sendable {
  /// What was measured; its draft has the stop rule that was used.
  public var evaluation: Evaluation
  /// What the optimiser is told.
  public var objective: Objective

  /// What a bench of one's own returns.
  public init(evaluation: Evaluation, objective: Objective) {
    self.evaluation = evaluation
    self.objective = objective
  }

  /// What a measurement is worth by `Racing`.
  ///
  /// - Parameter incumbent: what it was compared with.
  /// - Throws: `nothingToMeasure` where it decoded nothing.
  public init(
    _ evaluation: Evaluation, against incumbent: Evaluation?
  ) throws(EvaluationError) {
    guard let objective = Racing.objective(evaluation, incumbent: incumbent) else {
      throw .nothingToMeasure
    }
    self.init(evaluation: evaluation, objective: objective)
  }
}

/// One of the best few drafts, with the stop rule that suits it.
public struct Settlement: Hashable, Sendable {
  /// The measurement that counts, with that rule.
  public var evaluation: Evaluation
  /// Whether it is a complete replay: counts are exactly decoding's, and seconds modelled.
  public var isReplayed: Bool
  /// Other stop rules that were tried.
  public var tried: [Evaluation]
  /// The draft with the stop rule that suits it where nothing is looked up; nil where that is not
  /// known.
  public var withoutLookup: Draft?

  /// What became of a draft.
  public init(
    _ evaluation: Evaluation, isReplayed: Bool = false, tried: [Evaluation] = [],
    withoutLookup: Draft? = nil
  ) {
    self.withoutLookup = withoutLookup
    self.evaluation = evaluation
    self.isReplayed = isReplayed
    self.tried = tried
  }
}
