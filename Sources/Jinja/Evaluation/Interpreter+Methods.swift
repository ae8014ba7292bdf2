extension Interpreter {
  /// `value.name(arguments)` of strings, lists and mappings: Python's methods that templates use.
  mutating func method(
    _ value: Value, _ name: String, _ arguments: [Value]
  ) throws(TemplateError) -> Value {
    switch value {
    case .string(let text): return try stringMethod(text, name, arguments)
    case .dictionary(let members):
      switch name {
      case "items": return .list(members.map { .list([.string($0.0), $0.1]) })
      case "keys": return .list(members.map { .string($0.0) })
      case "values": return .list(members.map(\.1))
      case "get":
        let key = arguments.first?.text ?? ""
        return members.last { $0.0 == key }?.1 ?? (arguments.count > 1 ? arguments[1] : .none)
      default: break
      }
    case .list(let values):
      if name == "index" {
        guard let index = values.firstIndex(where: { $0.equals(arguments.first ?? .none) }) else {
          throw TemplateError("the list has no such item")
        }
        return .integer(index)
      }
      if name == "count" {
        return .integer(values.count { $0.equals(arguments.first ?? .none) })
      }
    default: break
    }
    throw TemplateError("a \(value.kind) has no method '\(name)'")
  }

  private mutating func stringMethod(
    _ text: String, _ name: String, _ arguments: [Value]
  ) throws(TemplateError) -> Value {
    let scalars = Array(text.unicodeScalars)
    try step(scalars.count / 256)
    func argument(_ index: Int) throws(TemplateError) -> [Unicode.Scalar] {
      guard index < arguments.count, case .string(let text) = arguments[index] else {
        throw TemplateError("'\(name)' needs a string")
      }
      return Array(text.unicodeScalars)
    }
    func string(_ scalars: some Sequence<Unicode.Scalar>) -> Value {
      .string(String(String.UnicodeScalarView(scalars)))
    }
    switch name {
    case "strip", "lstrip", "rstrip":
      let unwanted = arguments.isEmpty ? nil : try argument(0)
      func goes(_ scalar: Unicode.Scalar) -> Bool {
        unwanted?.contains(scalar) ?? scalar.properties.isWhitespace
      }
      var rest = scalars[...]
      if name != "rstrip" { rest = rest.drop(while: goes) }
      while name != "lstrip", let last = rest.last, goes(last) { rest.removeLast() }
      return string(rest)
    case "upper": return .string(text.uppercased())
    case "lower": return .string(text.lowercased())
    case "capitalize":
      return .string(
        String(text.prefix(1)).uppercased() + String(text.dropFirst()).lowercased())
    case "title":
      var previousIsLetter = false
      var result = ""
      for character in text {
        result += previousIsLetter ? character.lowercased() : character.uppercased()
        previousIsLetter = character.isLetter
      }
      return .string(result)
    case "startswith": return .bool(try anyOf(arguments) { scalars.starts(with: $0) })
    case "endswith":
      return .bool(try anyOf(arguments) { scalars.reversed().starts(with: $0.reversed()) })
    case "replace":
      let pattern = try argument(0)
      let content = try argument(1)
      guard !pattern.isEmpty else {
        throw TemplateError("replacing an empty string is not supported")
      }
      guard arguments.count < 3 else {
        throw TemplateError("replace with a count is not supported")
      }
      try step(scalars.count / pattern.count * content.count / 64)
      return string(scalars.replacing(pattern, with: content))
    case "split", "rsplit": return .list(try split(scalars, name, arguments).map(string))
    case "splitlines":
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.last == "" { lines.removeLast() }
      return .list(lines.map { .string($0) })
    case "find":
      let range = scalars.firstRange(of: try argument(0))
      return .integer(range?.lowerBound ?? -1)
    case "count":
      let pattern = try argument(0)
      guard !pattern.isEmpty else { return .integer(scalars.count + 1) }
      return .integer(scalars.ranges(of: pattern).count)
    case "isdigit":
      return .bool(!scalars.isEmpty && scalars.allSatisfy { $0.properties.numericType == .decimal })
    case "isalpha": return .bool(!scalars.isEmpty && scalars.allSatisfy(\.isLetter))
    case "isspace":
      return .bool(!scalars.isEmpty && scalars.allSatisfy(\.properties.isWhitespace))
    case "join":
      guard let list = arguments.first else { throw TemplateError("'join' needs a list") }
      return .string(try items(of: list).map(\.text).joined(separator: text))
    case "removeprefix":
      let prefix = try argument(0)
      return string(scalars.starts(with: prefix) ? scalars[prefix.count...] : scalars[...])
    case "removesuffix":
      let suffix = try argument(0)
      let has = scalars.reversed().starts(with: suffix.reversed())
      return string(has ? scalars[..<(scalars.count - suffix.count)] : scalars[...])
    default: throw TemplateError("a string has no method '\(name)'")
    }
  }

  private func anyOf(
    _ arguments: [Value], _ holds: ([Unicode.Scalar]) -> Bool
  ) throws(TemplateError) -> Bool {
    switch arguments.first {
    case .string(let text)?: return holds(Array(text.unicodeScalars))
    case .list(let values)?: return values.contains { holds(Array($0.text.unicodeScalars)) }
    default: throw TemplateError("expected a string")
    }
  }

  private func split(
    _ scalars: [Unicode.Scalar], _ name: String, _ arguments: [Value]
  ) throws(TemplateError) -> [[Unicode.Scalar]] {
    let limit = arguments.count > 1 ? arguments[1].integer ?? -1 : -1
    guard case .string(let separator)? = arguments.first else {
      // Without a separator: at runs of whitespace, none at the ends.
      return scalars.split { $0.properties.isWhitespace }.map(Array.init)
    }
    let pattern = Array(separator.unicodeScalars)
    guard !pattern.isEmpty else { throw TemplateError("splitting at an empty string") }
    var ranges = scalars.ranges(of: pattern)[...]
    if limit >= 0 { ranges = name == "split" ? ranges.prefix(limit) : ranges.suffix(limit) }
    var parts: [[Unicode.Scalar]] = []
    var start = 0
    for range in ranges {
      parts.append(Array(scalars[start..<range.lowerBound]))
      start = range.upperBound
    }
    return parts + [Array(scalars[start...])]
  }
}
