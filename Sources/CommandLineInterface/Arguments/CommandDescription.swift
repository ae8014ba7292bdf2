/// A command's name, options and help.
struct CommandDescription: Sendable {
  let name: String
  /// One line.
  let summary: String
  /// More for the command's own help; may be empty.
  let discussion: String
  /// In the order of the help, `--help` last.
  let options: [OptionDescription]
  /// What the command takes without an option's name, if anything: so many at most.
  let positional: Positional?

  /// Lines to begin with, at least one.
  let examples: [CommandExample]

  /// What words without an option's name are.
  typealias Positional = (name: String, most: Int, help: String)

  init(
    _ name: String, _ summary: String, discussion: String = "", options: [any OptionDeclaration],
    positional: Positional? = nil, examples: [CommandExample] = []
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.options =
      options.descriptions + Option(flag: "help", short: "h", "Show help information.").descriptions
    self.positional = positional
    self.examples = examples
    precondition(
      Set(self.options.map(\.name)).count == self.options.count, "an option of \(name) is twice")
  }

  func option(named name: String) -> OptionDescription? { options.first { $0.name == name } }
  func option(short: Character) -> OptionDescription? { options.first { $0.short == short } }
}
