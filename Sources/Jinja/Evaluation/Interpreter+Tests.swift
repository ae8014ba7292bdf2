/// The tests of `is`.
enum Test {
  static let names: Set = [
    "odd", "even", "divisibleby", "defined", "undefined", "filter", "test", "none", "boolean",
    "false", "true", "integer", "float", "lower", "upper", "string", "mapping", "number",
    "sequence", "iterable", "callable", "sameas", "escaped", "in", "eq", "equalto", "ne", "gt",
    "greaterthan", "ge", "lt", "lessthan", "le", "==", "!=", ">", ">=", "<", "<=",
  ]

  static func isKnown(_ name: String) -> Bool { names.contains(name) }

  static let comparisons: [String: Comparison] = [
    "eq": .equal, "equalto": .equal, "==": .equal, "ne": .notEqual, "!=": .notEqual,
    "gt": .greater, "greaterthan": .greater, ">": .greater, "ge": .greaterOrEqual,
    ">=": .greaterOrEqual, "lt": .less, "lessthan": .less, "<": .less, "le": .lessOrEqual,
    "<=": .lessOrEqual,
  ]
}

extension Interpreter {
  /// `value is name(arguments)`
  func test(
    _ name: String, _ value: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> Bool {
    guard Test.isKnown(name) else { throw TemplateError("there is no test '\(name)'") }
    if let comparison = Test.comparisons[name] {
      let given = try arguments.plain(name, 1...1)
      return try holds(comparison, value, given[0] ?? .none)
    }
    switch name {
    case "in":
      let given = try arguments.bound(name, ["seq"], required: 1)
      return try contains(given[0] ?? .none, value)
    case "divisibleby":
      let given = try arguments.bound(name, ["num"], required: 1)
      let rest = try compute(.modulo, try numeric(value), given[0] ?? .none)
      return try equal(rest, .integer(0))
    case "sameas":
      let given = try arguments.bound(name, ["other"], required: 1)
      switch (value, given[0] ?? .none) {
      case (.none, .none): return true
      case (.bool(let a), .bool(let b)): return a == b
      case (.none, _), (_, .none), (.bool, _), (_, .bool): return false
      default: throw TemplateError("'sameas' is supported for none, true and false only")
      }
    default: break
    }
    _ = try arguments.plain(name, 0...0)
    switch (name, value) {
    case ("odd", _):
      return try equal(try compute(.modulo, try numeric(value), .integer(2)), .integer(1))
    case ("even", _):
      return try equal(try compute(.modulo, try numeric(value), .integer(2)), .integer(0))
    case ("defined", _): return !value.isUndefined
    case ("undefined", _): return value.isUndefined
    case ("filter", _), ("test", _):
      guard let text = value.string ?? value.markup else {
        return try hashable(value) == nil ? try unhashable() : false
      }
      return name == "filter" ? Filter.isKnown(text) : Test.isKnown(text)
    case ("none", _): return value.isNone
    case ("boolean", .bool), ("integer", .integer), ("float", .double), ("mapping", .dictionary),
      ("string", .string), ("string", .markup), ("escaped", .markup):
      return true
    case ("number", .bool), ("number", .integer), ("number", .double): return true
    case ("true", .bool(let flag)): return flag
    case ("false", .bool(let flag)): return !flag
    case ("lower", _):
      let text = try text(of: value)
      return Self.isCased(text, \.isLowercaseLike)
    case ("upper", _):
      let text = try text(of: value)
      return Self.isCased(text, \.isUppercaseLike)
    case ("sequence", .list), ("sequence", .tuple), ("sequence", .string), ("sequence", .markup),
      ("sequence", .dictionary), ("sequence", .range), ("sequence", .undefined):
      return true
    case ("iterable", .list), ("iterable", .tuple), ("iterable", .string), ("iterable", .markup),
      ("iterable", .dictionary), ("iterable", .range), ("iterable", .view), ("iterable", .iterator),
      ("iterable", .undefined), ("iterable", .loop):
      return true
    case ("callable", .macro), ("callable", .function), ("callable", .method), ("callable", .loop),
      ("callable", .undefined):
      return true
    default: return false
    }
  }

  private func unhashable() throws(TemplateError) -> Bool {
    throw TemplateError("a test's name is a string")
  }

  /// A number, for a test that computes with it.
  private func numeric(_ value: Value) throws(TemplateError) -> Value {
    guard value.number != nil else { throw TemplateError("\(value.kind) is no number") }
    return value
  }

  /// `str.islower` and `str.isupper`: every cased character is, and there is one.
  static func isCased(_ text: String, _ test: (Unicode.Scalar) -> Bool) -> Bool {
    var hasOne = false
    for scalar in text.unicodeScalars {
      if test(scalar) {
        hasOne = true
      } else if scalar.isLowercaseLike || scalar.isUppercaseLike
        || scalar.properties.generalCategory == .titlecaseLetter
      {
        return false
      }
    }
    return hasOne
  }
}

extension Unicode.Scalar {
  var isLowercaseLike: Bool { properties.isLowercase }
  var isUppercaseLike: Bool { properties.isUppercase }
}
