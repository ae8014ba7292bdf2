/// Renders help and usage in swift-argument-parser's layout.
struct HelpText {
  /// Columns to fill.
  let width: Int

  /// `skip-search --help`
  func overview(_ program: ProgramDescription) -> String {
    var text = wrap("OVERVIEW: \(program.summary)", indent: 0) + "\n"
    text += "USAGE: \(program.name) <subcommand>\n\nOPTIONS:\n"
    text += entry("--version", "Show the version.")
    text += entry("-h, --help", "Show help information.")
    text += "\nSUBCOMMANDS:\n"
    for command in program.commands {
      let isDefault = command.name == program.defaultCommand ? " (default)" : ""
      text += entry(command.name + isDefault, command.summary)
    }
    text += examples(program.examples)
    text += "\n" + wrap("See '\(program.name) help <subcommand>' for detailed help.", indent: 2)
    return text
  }

  /// `skip-search COMMAND --help`
  func command(_ command: CommandDescription, of program: ProgramDescription) -> String {
    var text = wrap("OVERVIEW: \(command.summary)", indent: 0)
    if !command.discussion.isEmpty { text += "\n" + wrap(command.discussion, indent: 0) }
    text += "\n" + usage(command, of: program, label: "USAGE: ") + "\n"
    if let positional = command.positional {
      text += "ARGUMENTS:\n" + entry("<\(positional.name)>", positional.help) + "\n"
    }
    text += "OPTIONS:\n"
    for option in command.options {
      let note = option.standard.map { " (default: \($0))" } ?? ""
      text += entry(option.signature, option.help + note)
    }
    return text + examples(command.examples)
  }

  /// The one line that shows a command's options, wrapped.
  func usage(
    _ command: CommandDescription, of program: ProgramDescription, label: String = "Usage: "
  ) -> String {
    var words = ["\(program.name) \(command.name)"]
    for option in command.options where option.name != "help" {
      let word = option.longSignature
      words.append(option.isRequired ? word : "[\(word)]")
    }
    if let positional = command.positional {
      words.append("<\(positional.name)>")
      words += (1..<positional.most).map { _ in "[<\(positional.name)>]" }
    }
    return fill(label, words, indent: label.count)
  }

  private func examples(_ examples: [CommandExample]) -> String {
    guard !examples.isEmpty else { return "" }
    return "\nEXAMPLES:\n"
      + examples.map { example in
        wrap(example.purpose + ":", indent: 2)
          + example.rows(width: width - 4).map { "    \($0)\n" }.joined()
      }.joined()
  }

  private func entry(_ label: String, _ help: String) -> String {
    let column = min(26, width / 3)
    let words = help.split(separator: " ").map(String.init)
    let lead = "  " + label
    if lead.count + 2 > column {
      return lead + "\n" + fill(String(repeating: " ", count: column), words, indent: column)
    }
    return fill(leftAligned(lead, column), words, indent: column)
  }

  private func wrap(_ text: String, indent: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      fill(
        String(repeating: " ", count: indent), line.split(separator: " ").map(String.init),
        indent: indent)
    }.joined()
  }

  private func fill(_ lead: String, _ words: [String], indent: Int) -> String {
    wrapped(words, lead: lead, indent: indent, width: width).map { $0 + "\n" }.joined()
  }
}
