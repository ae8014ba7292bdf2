import DraftEvaluation
import Files

/// Where a command's prompts come from: a file, or the built-in ones.
struct PromptSource {
  var path: String?

  func read() throws(InputError) -> PromptSet {
    guard let path else { return BuiltInPrompts.set }
    return try PromptSet(file: path)
  }

  /// What ends the command where an evaluation of these prompts fails.
  func userError(_ error: EvaluationError) -> any Error {
    switch error {
    case .interrupted: Interrupted()
    // The prompt is not to blame.
    case .generation(_, let error) where error.isOfModel: error
    case .generation(let prompt, let error):
      InputError(file: path ?? "built-in prompts", field: prompt, error.description)
    default: error
    }
  }
}
