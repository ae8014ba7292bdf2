/// `skip-search completion`: what makes a shell complete this program's lines.
struct CompletionCommand: Command {
  static let description = CommandDescription(
    "completion", "Print what makes a shell complete commands, options and values.",
    options: [], positional: (name: shells, most: 1, help: "The shell to print it for."),
    examples: [
      CommandExample(
        "Load it in bash, best in ~/.bashrc", "source <(skip-search completion bash)"),
      CommandExample(
        "Load it in zsh, best in ~/.zshrc after compinit", "source <(skip-search completion zsh)"),
      CommandExample(
        "Install it in fish",
        "skip-search completion fish > ~/.config/fish/completions/skip-search.fish"),
    ])

  private static let shells = Shell.allCases.map(\.rawValue).joined(separator: "|")

  let shell: Shell

  init(_ arguments: Arguments) throws(UsageError) {
    guard let name = arguments.positionals.first else {
      throw arguments.error("Missing expected argument '<\(Self.shells)>'")
    }
    guard let shell = Shell(rawValue: name) else {
      let known = Shell.allCases.map(\.rawValue).joined(separator: ", ")
      throw arguments.error("There is no completion for '\(name)'; expected one of \(known)")
    }
    self.shell = shell
  }

  func run() throws {
    try StandardOutput().write(shell.completion(of: Program.description))
  }
}
