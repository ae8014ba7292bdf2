/// The filters of Jinja.
enum Filter {
  /// All of them; those that we do not know refuse when their turn comes.
  static let names: Set = [
    "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e",
    "escape", "filesizeformat", "first", "float", "forceescape", "format", "groupby", "indent",
    "int", "join", "last", "length", "list", "lower", "items", "map", "min", "max", "pprint",
    "random", "reject", "rejectattr", "replace", "reverse", "round", "safe", "select",
    "selectattr", "slice", "sort", "string", "striptags", "sum", "title", "trim", "truncate",
    "unique", "upper", "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr", "tojson",
  ]

  static func isKnown(_ name: String) -> Bool { names.contains(name) }
}

extension Interpreter {
  /// `value | name(arguments)`
  func filter(
    _ name: String, _ value: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    guard Filter.isKnown(name) else { throw TemplateError("there is no filter '\(name)'") }
    try step()
    if let result = try textFilter(name, value, arguments) { return result }
    if let result = try listFilter(name, value, arguments) { return result }
    if let result = try sortFilter(name, value, arguments) { return result }
    if let result = try valueFilter(name, value, arguments) { return result }
    throw TemplateError("the filter '\(name)' is not supported")
  }

  /// Filters of one value of any kind.
  private func valueFilter(
    _ name: String, _ value: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> Value? {
    switch name {
    case "default", "d":
      let given = try arguments.bound(name, ["default_value", "boolean"])
      let replaces = value.isUndefined || ((given[1]?.isTrue ?? false) && !value.isTrue)
      return replaces ? given[0] ?? .string("") : value
    case "length", "count":
      _ = try arguments.plain(name, 0...0)
      guard let length = try length(of: value) else {
        throw TemplateError("\(value.kind) has no length")
      }
      return .integer(length)
    case "abs":
      _ = try arguments.plain(name, 0...0)
      if let integer = value.integer {
        return integer < 0 ? try signed(.integer(integer), isNegative: true) : .integer(integer)
      }
      guard case .double(let number) = value else { throw TemplateError("abs of \(value.kind)") }
      return .double(number.magnitude)
    case "int":
      let given = try arguments.bound(name, ["default", "base"])
      return try integer(value, base: try given[1].integer(name) ?? 10) ?? given[0] ?? .integer(0)
    case "float":
      let given = try arguments.bound(name, ["default"])
      if let number = value.number { return .double(number) }
      if let text = value.string, let number = PythonNumber.double(text) { return .double(number) }
      if case .undefined(let reason) = value { throw TemplateError(reason) }
      if case .markup = value { throw markupProblem }
      return given[0] ?? .double(0)
    case "round": return try rounded(value, arguments)
    case "attr":
      let given = try arguments.bound(name, ["name"], required: 1)
      if value.isUndefined { throw TemplateError("attr of an undefined value") }
      guard let attribute = try given[0].string(name) else { return nil }
      if case .dictionary(let members) = value, members[attribute] != nil {
        // Attributes only: a mapping's members are none.
        let empty = Value.dictionary(Members())
        let found = try self.attribute(attribute, of: empty)
        return found.isUndefined ? found : try self.attribute(attribute, of: value)
      }
      return try self.attribute(attribute, of: value)
    case "tojson": return .string(try json(value, arguments))
    default: return nil
    }
  }

  /// `int(value)`, and `int(float(value))` where that fails; nil where both do.
  private func integer(_ value: Value, base: Int) throws(TemplateError) -> Value? {
    switch value {
    case .undefined(let reason): throw TemplateError(reason)
    case .markup: throw markupProblem
    case .bool(let flag): return .integer(flag ? 1 : 0)
    case .integer: return value
    case .double(let number):
      if number.isNaN { return nil }
      return .integer(try PythonNumber.truncated(number))
    case .string(let text):
      try charge(text)
      if let integer = try PythonNumber.integer(text, base: base) { return .integer(integer) }
      guard let number = PythonNumber.double(text), number.isFinite else { return nil }
      return .integer(try PythonNumber.truncated(number))
    default: return nil
    }
  }

  private func rounded(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
    let given = try arguments.bound("round", ["precision", "method"])
    let precision = try given[0].integer("round") ?? 0
    let method = try given[1].string("round") ?? "common"
    guard (0...300).contains(precision) else {
      throw TemplateError("round: a precision of \(precision) is not supported")
    }
    guard value.number != nil else { throw TemplateError("round of \(value.kind)") }
    switch method {
    case "common":
      if let integer = value.integer { return .integer(integer) }
      guard case .double(let number) = value, number.isFinite else {
        throw TemplateError("round of a number that is not finite")
      }
      if precision == 0 { return .double(number.rounded(.toNearestOrEven)) }
      return .double(Double(PythonNumber.fixed(number, precision)) ?? number)
    case "ceil", "floor":
      guard precision <= 15 else { throw .outOfRange }
      let power = try compute(.power, .integer(10), .integer(precision))
      let scaled = try compute(.multiply, value, power)
      let whole: Value
      if case .double(let number) = scaled {
        whole = .integer(
          try PythonNumber.truncated(number.rounded(method == "ceil" ? .up : .down)))
      } else {
        whole = scaled
      }
      return try compute(.divide, whole, power)
    default: throw TemplateError("round: the method is common, ceil or floor")
    }
  }

  private func json(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> String {
    let given = try arguments.bound(
      "tojson", ["ensure_ascii", "indent", "separators", "sort_keys"])
    var indent: String?
    switch given[1] {
    case nil, .some(.none): break
    case .string(let text)?: indent = text
    case let width?:
      guard let width = width.integer else { throw TemplateError("tojson: indent is a number") }
      guard width <= 1000 else { throw .tooLong }
      indent = String(repeating: " ", count: max(0, width))
    }
    var separators: (String, String)?
    if let pair = given[2], !pair.isNone {
      let parts = try items(of: pair)
      guard parts.count == 2, let item = parts[0].string, let key = parts[1].string else {
        throw TemplateError("tojson: separators are two strings")
      }
      separators = (item, key)
    }
    return try JSONText.write(
      value,
      JSONText(
        self, escapesUnicode: given[0]?.isTrue ?? false, indent: indent, separators: separators,
        sortsKeys: given[3]?.isTrue ?? false))
  }
}
