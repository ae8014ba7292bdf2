import Files
import Inference

/// Why an evaluation has no result.
public enum EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It was told to stop.
  case interrupted
  /// Speculative decoding emitted other tokens than plain decoding: a defect of this program.
  case notLossless(prompt: String, position: Int, draft: Draft)
  /// Plain decoding emitted other tokens than the time before: a defect of this program.
  case notReproducible(prompt: String, position: Int)
  /// A prompt that the model cannot continue.
  case generation(prompt: String, GenerationError)
  /// Every answer ends with its first token.
  case nothingToMeasure
  /// An evaluator in another process failed: why, in a sentence.
  case evaluator(String)

  /// Whether another draft may be evaluated all the same. Defects of this program, and prompts that
  /// tell nothing, are no draft's fault.
  public var isOfOneDraft: Bool {
    switch self {
    case .generation(_, let error): !error.isOfModel
    case .evaluator: true
    case .interrupted, .notLossless, .notReproducible, .nothingToMeasure: false
    }
  }

  /// One sentence without its full stop.
  public var description: String {
    switch self {
    case .interrupted: "interrupted"
    case .notLossless(let prompt, let position, let draft):
      "internal error: with \(draft.model.skip.json.compact) skipped, token \(position) of "
        + "\(prompt) differs from plain decoding's; please report this"
    case .notReproducible(let prompt, let position):
      "internal error: token \(position) of \(prompt) differs between two runs of plain decoding; "
        + "please report this"
    case .generation(let prompt, let error): "\(prompt): \(error)"
    case .nothingToMeasure:
      "the model ends every answer with its first token, so there is nothing to measure; give "
        + "other prompts with --prompts"
    case .evaluator(let sentence): sentence
    }
  }
}
