import Inference

/// Measures the few best drafts again, mostly on prompts that the search has not seen.
public protocol Validator: AnyObject {
  /// Measures all drafts, in turn with plain decoding, prompt by prompt.
  ///
  /// - Parameters:
  ///   - budget: raised when no further prompt is begun; a few are measured all the same.
  ///   - progress: called before each step; at the end with as many done as there were.
  /// - Returns: one evaluation per draft, with a sample per prompt and repetition.
  func validate(
    _ drafts: [Draft], repetitions: Int, until stop: StopSignal, within budget: StopSignal,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation]
}
