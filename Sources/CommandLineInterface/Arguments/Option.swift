/// One option of a command, as the help describes it.
struct Option: Sendable {
  /// Without its two dashes.
  let name: String
  /// Without its dash.
  let short: Character?
  /// What stands for the value in the help, or nil for a flag.
  let value: String?
  /// A sentence or two.
  let help: String
  /// What the help gives as the default.
  let defaultValue: String?
  let isRequired: Bool

  /// An option that takes a value.
  init(
    _ name: String, _ short: Character? = nil, value: String, default defaultValue: String? = nil,
    required: Bool = false, _ help: String
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.help = help
    self.defaultValue = defaultValue
    isRequired = required
  }

  /// A flag: there or not.
  init(flag name: String, short: Character? = nil, _ help: String) {
    self.name = name
    self.short = short
    self.help = help
    value = nil
    defaultValue = nil
    isRequired = false
  }

  /// `-m, --model <dir>`
  var signature: String {
    (short.map { "-\($0), " } ?? "") + "--\(name)" + (value.map { " <\($0)>" } ?? "")
  }
}

/// A command's name, options and help.
struct CommandDescription: Sendable {
  let name: String
  /// One line.
  let summary: String
  /// More for the command's own help; may be empty.
  let discussion: String
  let options: [Option]
  /// The one thing that the command takes without an option's name, if any.
  let positional: (name: String, help: String)?

  init(
    _ name: String, _ summary: String, discussion: String = "", options: [Option],
    positional: (name: String, help: String)? = nil
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.options = options + [Option(flag: "help", short: "h", "Show help information.")]
    self.positional = positional
  }

  func option(named name: String) -> Option? { options.first { $0.name == name } }
  func option(short: Character) -> Option? { options.first { $0.short == short } }
}
