import DraftEvaluation
import Files
import Inference

/// A way to evaluate drafts on prompts.
protocol EvaluationMode {
  /// The line to print for a draft.
  ///
  /// - Parameter rule: the stop rule that was asked for; nil: the mode's own.
  mutating func evaluate(
    _ model: DraftModel, _ rule: StopRule?, until stop: StopSignal
  ) throws(EvaluationError) -> JSON
}

extension Evaluation {
  /// The figures with what they are made of, prompt by prompt.
  var line: JSON {
    json.adding([JSON.Member("samples", DecodingSample.columns.write(samples))])
  }
}
