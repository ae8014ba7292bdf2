import DraftEvaluation
import Files
import Inference

/// Replays at every position. A draft without a rule gets the one that suits it.
struct CompleteReplayMode: EvaluationMode {
  var bench: OnFirstUse<ReplayBench>

  mutating func evaluate(
    _ model: DraftModel, _ rule: StopRule?, needing needs: ReplayNeeds, until stop: StopSignal
  ) throws(EvaluationError) -> JSON {
    try bench.use(for: needs) { bench throws(EvaluationError) in
      guard let rule else { return try bench.evaluateCompletely(model, until: stop).line }
      return try bench.evaluateExactly(Draft(model: model, stop: rule), until: stop).line
    }
  }
}

/// Replays at the positions of a trial. A draft without a rule gets the one that suits it.
struct SampleReplayMode: EvaluationMode {
  var bench: OnFirstUse<ReplayBench>

  mutating func evaluate(
    _ model: DraftModel, _ rule: StopRule?, needing needs: ReplayNeeds, until stop: StopSignal
  ) throws(EvaluationError) -> JSON {
    try bench.use(for: needs) { bench throws(EvaluationError) in
      guard let rule else {
        return try bench.evaluate(model, against: nil, until: stop).evaluation.line
      }
      return try bench.evaluateSample(Draft(model: model, stop: rule), until: stop).line
    }
  }
}
