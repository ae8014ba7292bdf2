/// A command's arguments, split into options and their texts; `arguments[option]` has the value.
struct Arguments {
  let command: CommandDescription
  private var texts: [String: String] = [:]
  /// The words without an option's name, in their order.
  private(set) var positionals: [String] = []

  /// Splits words as swift-argument-parser does: `--x v`, `--x=v`, `-x v`, `-xv` for a value, `-ab`
  /// for flags, `--` before words that only look like options; of a repeated option the last
  /// counts.
  init(_ words: [String], for command: CommandDescription) throws(UsageError) {
    self.command = command
    var rest = words[...]
    var onlyPositional = false
    while let word = rest.popFirst() {
      if onlyPositional || word == "-" || !word.hasPrefix("-") {
        try takePositional(word)
      } else if word == "--" {
        onlyPositional = true
      } else if word.hasPrefix("--") {
        try takeLong(word, &rest)
      } else {
        try takeShort(word, &rest)
      }
    }
  }

  /// What is wrong with the line, for the user.
  func error(_ message: String) -> UsageError {
    UsageError(message, command: command.name)
  }

  private mutating func takePositional(_ word: String) throws(UsageError) {
    guard let positional = command.positional, positionals.count < positional.most else {
      throw error("Unexpected argument '\(word)'" + hint(about: word))
    }
    positionals.append(word)
  }

  /// What somebody may have meant by a word without an option's name.
  private func hint(about word: String) -> String {
    if command.positional != nil { return "" }
    if texts["model"] == nil, command.option(named: "model") != nil, word.contains("/") {
      return "; a model is given as --model \(word)"
    }
    return texts.isEmpty ? "" : "; a value with spaces needs quotes around it"
  }

  private mutating func takeLong(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = command.option(named: name) else {
      let hint = closest(to: name, in: command.options.map(\.name)).map {
        " Did you mean '--\($0)'?"
      }
      throw error("Unknown option '--\(name)'." + (hint ?? ""))
    }
    try take(option, shown: "--\(name)", joined: parts.count > 1 ? String(parts[1]) : nil, &rest)
  }

  private mutating func takeShort(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = command.option(short: letter) else {
        throw error("Unknown option '-\(letter)'.")
      }
      if option.value == nil {
        texts[option.name] = ""
      } else {
        if letters.first == "=" { letters.removeFirst() }
        try take(
          option, shown: "-\(letter)", joined: letters.isEmpty ? nil : String(letters), &rest)
        return
      }
    }
  }

  private mutating func take(
    _ option: OptionDescription, shown: String, joined: String?, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    guard let valueName = option.value else {
      guard joined == nil else { throw error("The option '\(shown)' does not take any value.") }
      texts[option.name] = ""
      return
    }
    if let joined {
      texts[option.name] = joined
    } else if let next = rest.first, !looksLikeOption(next) {
      texts[option.name] = next
      rest.removeFirst()
    } else {
      let missing = "Missing value for '\(shown) <\(valueName)>'"
      guard rest.first != nil else { throw error(missing) }
      throw error("\(missing); one that begins with a dash is given as --\(option.name)=…")
    }
  }

  /// A dash before anything but a number: `--temperature -1` is a wrong value, not a missing one.
  private func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  /// The same line with other texts for some options, by their names.
  func setting(_ others: [String: String]) -> Arguments {
    var copy = self
    copy.texts.merge(others) { $1 }
    return copy
  }

  /// The text given for an option, empty for a flag; nil where it is not given.
  func text(of option: OptionDescription) -> String? {
    precondition(
      command.options.contains(option), "\(command.name) does not list --\(option.name)")
    return texts[option.name]
  }
}
