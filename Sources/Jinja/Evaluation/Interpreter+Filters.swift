import Foundation

extension Interpreter {
  /// `value | name(arguments)`
  mutating func filter(
    _ value: Value, _ name: String, _ arguments: [Value],
    _ named: [(String, Value)]
  ) throws(TemplateError) -> Value {
    func argument(_ index: Int, _ key: String) -> Value? {
      index < arguments.count ? arguments[index] : named.first { $0.0 == key }?.1
    }
    switch name {
    case "trim", "upper", "lower", "capitalize", "title":
      return try method(
        .string(value.text), name == "trim" ? "strip" : name, arguments)
    case "replace":
      return try method(.string(value.text), "replace", arguments)
    case "string": return .string(value.text)
    case "safe", "e", "escape": return .string(value.text)
    case "length", "count":
      if case .string(let text) = value { return .integer(text.unicodeScalars.count) }
      return .integer(try items(of: value).count)
    case "default", "d":
      let fallback = argument(0, "default_value") ?? .string("")
      if case .undefined = value { return fallback }
      return argument(1, "boolean")?.isTrue == true && !value.isTrue ? fallback : value
    case "join":
      let separator = argument(0, "d")?.text ?? ""
      return .string(try items(of: value).map(\.text).joined(separator: separator))
    case "first", "last":
      let values = try items(of: value)
      return (name == "first" ? values.first : values.last) ?? .undefined(name)
    case "list": return .list(try items(of: value))
    case "reverse":
      if case .string(let text) = value {
        return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
      }
      return .list(try items(of: value).reversed())
    case "int", "float":
      let number = value.number ?? Double(value.text.trimmingCharacters(in: .whitespaces))
      if name == "float" { return .double(number ?? 0) }
      return .integer(number.flatMap { Int(exactly: $0.rounded(.towardZero)) } ?? 0)
    case "abs":
      if case .integer(let integer) = value, integer != .min { return .integer(abs(integer)) }
      guard let number = value.number else { throw TemplateError("abs of a \(value.kind)") }
      return .double(abs(number))
    case "items":
      return try method(value, "items", [])
    case "tojson":
      let indent = argument(0, "indent")?.integer
      return .string(try value.json(indent: indent))
    case "indent": return .string(indented(value.text, argument(0, "width")?.integer ?? 4))
    case "selectattr", "rejectattr", "map", "select", "reject":
      return try overItems(value, name, arguments, named)
    case "unique":
      var unique: [Value] = []
      for item in try items(of: value) where !unique.contains(where: { $0.equals(item) }) {
        try step(unique.count)
        unique.append(item)
      }
      return .list(unique)
    default: throw TemplateError("the filter '\(name)' is not supported")
    }
  }

  private mutating func overItems(
    _ value: Value, _ name: String, _ arguments: [Value],
    _ named: [(String, Value)]
  ) throws(TemplateError) -> Value {
    var result: [Value] = []
    for item in try items(of: value) {
      if name == "map" {
        if let attribute = named.first(where: { $0.0 == "attribute" })?.1.text {
          result.append(member(item, attribute))
        } else {
          guard let filterName = arguments.first else {
            throw TemplateError("map() needs a filter")
          }
          result.append(try filter(item, filterName.text, Array(arguments.dropFirst()), named))
        }
        continue
      }
      let usesAttribute = name.hasSuffix("attr")
      guard !usesAttribute || !arguments.isEmpty else {
        throw TemplateError("\(name)() needs a name")
      }
      let subject = usesAttribute ? member(item, arguments[0].text) : item
      let rest = Array(arguments.dropFirst(usesAttribute ? 1 : 0))
      let holds =
        try rest.first.map { testName throws(TemplateError) in
          try test(subject, testName.text, Array(rest.dropFirst()))
        } ?? subject.isTrue
      if holds == name.hasPrefix("select") { result.append(item) }
    }
    return .list(result)
  }

  private func member(_ value: Value, _ name: String) -> Value {
    guard case .dictionary(let members) = value else { return .undefined(name) }
    return members.last { $0.0 == name }?.1 ?? .undefined(name)
  }

  private func indented(_ text: String, _ width: Int) -> String {
    let space = String(repeating: " ", count: min(max(width, 0), 1000))
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset == 0 || $0.element.isEmpty ? String($0.element) : space + $0.element }
      .joined(separator: "\n")
  }
}
