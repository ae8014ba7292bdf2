import DraftEvaluation
import Files
import Inference

/// A way to evaluate drafts on prompts.
protocol EvaluationMode {
  /// The line to print for a draft.
  ///
  /// - Parameters:
  ///   - rule: the stop rule that was asked for; nil: the mode's own.
  ///   - needs: what a replay of it needs.
  mutating func evaluate(
    _ model: DraftModel, _ rule: StopRule?, needing needs: ReplayNeeds, until stop: StopSignal
  ) throws(EvaluationError) -> JSON
}

extension Evaluation {
  /// The figures with what they are made of, prompt by prompt.
  var line: JSON {
    json.adding([JSON.Member("samples", DecodingSample.columns.write(samples))])
  }
}
