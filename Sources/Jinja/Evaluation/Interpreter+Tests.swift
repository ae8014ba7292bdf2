extension Interpreter {
  /// `value is name(arguments)`
  func test(
    _ value: Value, _ name: String, _ arguments: [Value]
  ) throws(TemplateError) -> Bool {
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
      guard let integer = value.integer else { throw TemplateError("\(name) of a \(value.kind)") }
      return (integer % 2 == 0) == (name == "even")
    case ("divisibleby", _):
      guard let integer = value.integer, let divisor = arguments.first?.integer, divisor != 0
      else { throw TemplateError("divisibleby needs integers") }
      return integer % divisor == 0
    case ("equalto", _), ("eq", _): return arguments.first.map(value.equals) ?? false
    case ("ne", _): return !(arguments.first.map(value.equals) ?? false)
    case ("in", _):
      guard case .list(let values)? = arguments.first else { return false }
      return values.contains { $0.equals(value) }
    default: throw TemplateError("the test '\(name)' is not supported")
    }
  }
}
