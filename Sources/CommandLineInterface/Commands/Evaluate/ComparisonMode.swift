import DraftEvaluation
import Files
import Inference

/// Decodes, and puts the figures of a complete replay beside decoding's.
struct ComparisonMode: EvaluationMode {
  var comparison: OnFirstUse<ReplayComparison>

  mutating func evaluate(
    _ model: DraftModel, _ rule: StopRule?, needing needs: ReplayNeeds, until stop: StopSignal
  ) throws(EvaluationError) -> JSON {
    let (replayed, decoded) = try comparison.use(for: needs) { comparison throws(EvaluationError) in
      try comparison.compare(model, rule, until: stop)
    }
    return decoded.line.adding([
      JSON.Member("replay", replayed.line),
      JSON.Member("agreement", Agreement(replayed: replayed, decoded: decoded).json),
    ])
  }
}
