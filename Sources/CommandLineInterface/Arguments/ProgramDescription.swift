/// The program and its commands.
struct ProgramDescription: Sendable {
  /// The program's version, which results record.
  static let version = "0.1.0"

  let name = "skip-search"
  let summary = """
    Finds the attention and MLP sub-layers that a language model can skip when it drafts for \
    itself, and generates with them: faster, with identical output.
    """
  let defaultCommand = "search"
  let commands: [CommandDescription]
  let examples = [
    CommandExample(
      "Find the fastest draft of a model, within ten minutes",
      "skip-search -m models/SmolLM2-135M-Instruct --time-limit 10m"),
    CommandExample(
      "Talk with the model, with what was found",
      "skip-search generate -m models/SmolLM2-135M-Instruct --skip-set results/SmolLM2.json"),
  ]

  func command(named name: String) -> CommandDescription? { commands.first { $0.name == name } }
}
