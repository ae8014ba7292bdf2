import DraftEvaluation
import Files
import Foundation
import SkipSearch

/// `skip-search status`: where a study stands.
struct StatusCommand: Command {
  static let description = CommandDescription(
    "status", "Show where a study stands, from another shell or machine, while it runs or after.",
    discussion: """
      Reads the journal without disturbing those who write it. STUDY is a directory given to \
      search --study, or a search's journal or result. Workers are shown that work, died, or left \
      something to take over.
      """,
    options: [isJSON], positional: ("study", 1, "A study's directory, a journal or a result."),
    examples: [
      CommandExample(
        "Look at a study that several workers run", "skip-search status /shared/SmolLM2"),
      CommandExample(
        "Look at a search in another shell", "skip-search status results/SmolLM2-….jsonl --json"),
    ])

  static let isJSON = Option(flag: "json", "Print one JSON object instead of text.")

  let path: String
  let isJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    guard let path = arguments.positionals.first else {
      throw arguments.error("Missing expected argument '<study>'")
    }
    self.path = path
    isJSON = try arguments[Self.isJSON]
  }

  func run() throws {
    let status = try StudyStatus(path)
    for notice in status.notices { message("Note: \(notice)") }
    try StandardOutput().write(
      isJSON ? status.json.pretty : status.text(width: Terminal.textWidth(STDOUT_FILENO)))
  }
}
