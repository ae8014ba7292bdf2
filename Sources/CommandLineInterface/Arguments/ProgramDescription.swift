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

  func command(named name: String) -> CommandDescription? { commands.first { $0.name == name } }
}
