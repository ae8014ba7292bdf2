import DraftEvaluation
import Files
import Foundation
import Inference

extension GenerateCommand {
  /// A conversation on the terminal: answers to standard output, all else to standard error.
  func converse() throws {
    guard Terminal.isTerminal(STDIN_FILENO) else {
      let names = Self.source.descriptions.map { "--\($0.name)" }.joined(separator: ", ")
      throw UsageError(
        "Missing one of the options \(names); a conversation, without any of them, needs a terminal",
        command: Self.description.name)
    }
    let text = try TextModel(model)
    guard text.tokenizer.hasChatTemplate else {
      throw InputError(
        file: model.directory,
        "the model has no chat template, so that there is no conversation with it; give a text to "
          + "continue: --prompt \"…\"")
    }
    let file = try skipSet.read(for: text.model.checkpoint)
    let draft =
      generation.mode == .plain ? nil : try generation.draft.draft(from: file, text.ranking)
    if let draft { try prepare(draft, text.model) }
    let defaults = text.model.configuration.generation
    if let warning = generation.sampling.warning(defaults) { message("Warning: \(warning)") }
    let talk = ChatTerminal(
      session: ChatSession(text, draft: draft), settings: try ChatSettings(setting, defaults))
    if !generation.isQuiet {
      message(
        "Talk with \((model.directory as NSString).lastPathComponent); /help shows what else there "
          + "is. Ctrl-C stops an answer, Ctrl-D ends.")
    }
    try talk.run()
    try text.model.checkpoint.checkUnchanged()
  }
}
