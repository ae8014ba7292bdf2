import Files
import Foundation

extension JinjaInterpreter {
  /// `value | name(arguments)`
  mutating func filter(
    _ value: JinjaValue, _ name: String, _ arguments: [JinjaValue],
    _ named: [(String, JinjaValue)]
  ) throws(JinjaError) -> JinjaValue {
    func argument(_ index: Int, _ key: String) -> JinjaValue? {
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
      guard let number = value.number else { throw JinjaError("abs of a \(value.kind)") }
      return .double(abs(number))
    case "items":
      return try method(value, "items", [])
    case "tojson":
      let indent = argument(0, "indent")?.integer
      return .string(try json(value, indent: indent, level: 0))
    case "indent": return .string(indented(value.text, argument(0, "width")?.integer ?? 4))
    case "selectattr", "rejectattr", "map", "select", "reject":
      return try overItems(value, name, arguments, named)
    case "unique":
      var unique: [JinjaValue] = []
      for item in try items(of: value) where !unique.contains(where: { $0.equals(item) }) {
        try step(unique.count)
        unique.append(item)
      }
      return .list(unique)
    default: throw JinjaError("the filter '\(name)' is not supported")
    }
  }

  private mutating func overItems(
    _ value: JinjaValue, _ name: String, _ arguments: [JinjaValue],
    _ named: [(String, JinjaValue)]
  ) throws(JinjaError) -> JinjaValue {
    var result: [JinjaValue] = []
    for item in try items(of: value) {
      if name == "map" {
        if let attribute = named.first(where: { $0.0 == "attribute" })?.1.text {
          result.append(member(item, attribute))
        } else {
          guard let filterName = arguments.first else { throw JinjaError("map() needs a filter") }
          result.append(try filter(item, filterName.text, Array(arguments.dropFirst()), named))
        }
        continue
      }
      let usesAttribute = name.hasSuffix("attr")
      guard !usesAttribute || !arguments.isEmpty else { throw JinjaError("\(name)() needs a name") }
      let subject = usesAttribute ? member(item, arguments[0].text) : item
      let rest = Array(arguments.dropFirst(usesAttribute ? 1 : 0))
      let holds =
        try rest.first.map { testName throws(JinjaError) in
          try test(subject, testName.text, Array(rest.dropFirst()))
        } ?? subject.isTrue
      if holds == name.hasPrefix("select") { result.append(item) }
    }
    return .list(result)
  }

  private func member(_ value: JinjaValue, _ name: String) -> JinjaValue {
    guard case .dictionary(let members) = value else { return .undefined(name) }
    return members.last { $0.0 == name }?.1 ?? .undefined(name)
  }

  private func indented(_ text: String, _ width: Int) -> String {
    let space = String(repeating: " ", count: min(max(width, 0), 1000))
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset == 0 || $0.element.isEmpty ? String($0.element) : space + $0.element }
      .joined(separator: "\n")
  }

  /// Python's `json.dumps(ensure_ascii=False)`, which is what transformers' `tojson` is.
  private func json(
    _ value: JinjaValue, indent: Int?, level: Int
  ) throws(JinjaError) -> String {
    func lines(_ parts: [String], _ open: String, _ close: String) -> String {
      guard !parts.isEmpty else { return open + close }
      guard let indent else { return open + parts.joined(separator: ", ") + close }
      let space = "\n" + String(repeating: " ", count: min(max(indent, 0), 16) * (level + 1))
      let end = "\n" + String(repeating: " ", count: min(max(indent, 0), 16) * level)
      return open + space + parts.joined(separator: "," + space) + end + close
    }
    switch value {
    case .none: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer, .double: return value.representation
    case .string(let text): return JSON.string(text).compact
    case .list(let values):
      var parts: [String] = []
      for value in values { parts.append(try json(value, indent: indent, level: level + 1)) }
      return lines(parts, "[", "]")
    case .dictionary(let members):
      var parts: [String] = []
      for (key, value) in members {
        parts.append(
          JSON.string(key).compact + ": " + (try json(value, indent: indent, level: level + 1)))
      }
      return lines(parts, "{", "}")
    default: throw JinjaError("a \(value.kind) cannot become JSON")
    }
  }

  /// `value is name(arguments)`
  func test(
    _ value: JinjaValue, _ name: String, _ arguments: [JinjaValue]
  ) throws(JinjaError) -> Bool {
    switch (name, value) {
    case ("defined", .undefined): return false
    case ("defined", _): return true
    case ("undefined", .undefined): return true
    case ("undefined", _): return false
    case ("none", .none): return true
    case ("string", .string), ("mapping", .dictionary), ("boolean", .bool), ("integer", .integer),
      ("float", .double), ("number", .integer), ("number", .double), ("number", .bool):
      return true
    case ("iterable", .list), ("iterable", .string), ("iterable", .dictionary),
      ("sequence", .list), ("sequence", .string), ("sequence", .dictionary),
      ("callable", .macro), ("callable", .function), ("callable", .method):
      return true
    case ("true", .bool(let flag)): return flag
    case ("false", .bool(let flag)): return !flag
    case ("none", _), ("string", _), ("mapping", _), ("boolean", _), ("integer", _), ("float", _),
      ("number", _), ("iterable", _), ("sequence", _), ("callable", _), ("true", _), ("false", _):
      return false
    case ("odd", _), ("even", _):
      guard let integer = value.integer else { throw JinjaError("\(name) of a \(value.kind)") }
      return (integer % 2 == 0) == (name == "even")
    case ("divisibleby", _):
      guard let integer = value.integer, let divisor = arguments.first?.integer, divisor != 0
      else { throw JinjaError("divisibleby needs integers") }
      return integer % divisor == 0
    case ("equalto", _), ("eq", _): return arguments.first.map(value.equals) ?? false
    case ("ne", _): return !(arguments.first.map(value.equals) ?? false)
    case ("in", _):
      guard case .list(let values)? = arguments.first else { return false }
      return values.contains { $0.equals(value) }
    default: throw JinjaError("the test '\(name)' is not supported")
    }
  }

  /// The present time, as some templates put it into their system prompt.
  func formattedNow(_ format: String) -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    var buffer = [CChar](repeating: 0, count: 256)
    let count = strftime(&buffer, buffer.count, format, &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
