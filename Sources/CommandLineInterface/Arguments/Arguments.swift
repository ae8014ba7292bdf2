import Foundation

/// A command's arguments, split into options and values but not yet typed.
struct Arguments {
  let command: CommandDescription
  private var values: [String: String] = [:]
  private(set) var positional: String?

  /// Splits words as swift-argument-parser does: `--x v`, `--x=v`, `-x v`, `-xv` for a value, `-ab`
  /// for flags, `--` before words that only look like options; the last of a repeated option counts.
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

  private func error(_ message: String) -> UsageError {
    UsageError(message, command: command.name)
  }

  private mutating func takePositional(_ word: String) throws(UsageError) {
    guard command.positional != nil, positional == nil else {
      throw error("Unexpected argument '\(word)'")
    }
    positional = word
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
        values[option.name] = ""
      } else {
        if letters.first == "=" { letters.removeFirst() }
        try take(
          option, shown: "-\(letter)", joined: letters.isEmpty ? nil : String(letters), &rest)
        return
      }
    }
  }

  private mutating func take(
    _ option: Option, shown: String, joined: String?, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    guard let valueName = option.value else {
      guard joined == nil else { throw error("The option '\(shown)' does not take any value.") }
      values[option.name] = ""
      return
    }
    if let joined {
      values[option.name] = joined
    } else if let next = rest.first, !looksLikeOption(next) {
      values[option.name] = next
      rest.removeFirst()
    } else {
      throw error("Missing value for '\(shown) <\(valueName)>'")
    }
  }

  /// A dash before anything but a number: `--temperature -1` is a wrong value, not a missing one.
  private func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  /// Whether a flag or an option was given.
  func has(_ name: String) -> Bool {
    precondition(command.option(named: name) != nil, "the command has no option \(name)")
    return values[name] != nil
  }

  /// An option's text.
  func string(_ name: String) -> String? { has(name) ? values[name] : nil }

  /// A required option's text.
  func required(_ name: String) throws(UsageError) -> String {
    guard let value = string(name) else {
      let option = command.option(named: name)
      throw error("Missing expected argument '\(option?.signature.suffixAfterShort ?? name)'")
    }
    return value
  }

  /// An integer within bounds.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = string(name) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw invalid(name, text, "an integer " + describe(range))
    }
    return value
  }

  private func describe(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
  }

  /// A finite number that passes a test.
  func number(
    _ name: String, _ expectation: String, where accepts: (Double) -> Bool
  ) throws(UsageError) -> Double? {
    guard let text = string(name) else { return nil }
    guard let value = Double(text), value.isFinite, accepts(value) else {
      throw invalid(name, text, expectation)
    }
    return value
  }

  /// A list of integers separated by commas.
  func integers(_ name: String) throws(UsageError) -> [Int]? {
    guard let text = string(name) else { return nil }
    var list: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) where !text.isEmpty {
      guard let value = Int(part.trimmingCharacters(in: .whitespaces)), value >= 0 else {
        throw invalid(name, text, "non-negative integers separated by commas")
      }
      list.append(value)
    }
    return list
  }

  /// Seconds, written `90`, `90s`, `30m`, `1h30m` or `1.5h`.
  func seconds(_ name: String) throws(UsageError) -> Double? {
    guard let text = string(name) else { return nil }
    guard let value = parseDuration(text) else {
      throw invalid(name, text, "a duration such as 90s, 30m or 1h30m")
    }
    return value
  }

  /// The error for a value that is not what an option takes.
  func invalid(_ name: String, _ text: String, _ expectation: String) -> UsageError {
    let value = command.option(named: name)?.value ?? name
    return error(
      "The value '\(text)' is invalid for '--\(name) <\(value)>': expected \(expectation)")
  }

  /// The option given, of several that exclude one another; one of them is needed.
  func exactlyOne(of names: [String]) throws(UsageError) -> String {
    let given = names.filter(has)
    let list = names.map { "--\($0)" }.joined(separator: ", ")
    guard let first = given.first else { throw error("Missing one of the options \(list)") }
    guard given.count == 1 else {
      throw error(
        "The options \(given.map { "--\($0)" }.joined(separator: " and ")) exclude each other")
    }
    return first
  }

  /// Refuses options that exclude one another.
  func atMostOne(of names: [String]) throws(UsageError) {
    if names.filter(has).count > 1 { _ = try exactlyOne(of: names) }
  }
}

extension String {
  /// `--model <dir>` of `-m, --model <dir>`.
  fileprivate var suffixAfterShort: String {
    range(of: "--").map { String(self[$0.lowerBound...]) } ?? self
  }
}

/// Seconds of `90`, `90s`, `30m`, `1h30m` or `1.5h`; nil for anything else and for nothing.
func parseDuration(_ text: String) -> Double? {
  if let plain = Double(text) { return plain > 0 && plain.isFinite ? plain : nil }
  var total = 0.0
  var number = ""
  for character in text {
    switch character {
    case "0"..."9", ".": number.append(character)
    case "h", "m", "s":
      guard let value = Double(number) else { return nil }
      total += value * (character == "h" ? 3600 : character == "m" ? 60 : 1)
      number = ""
    default: return nil
    }
  }
  return number.isEmpty && total > 0 && total.isFinite ? total : nil
}
