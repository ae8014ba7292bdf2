extension Interpreter {
  /// `value.name`: Python's attribute, else the item.
  func attribute(_ name: String, of value: Value) throws(TemplateError) -> Value {
    if case .undefined(let reason) = value { throw TemplateError(reason) }
    if let found = try ownAttribute(name, of: value) { return found }
    if case .dictionary(let members) = value, let found = members[name] { return found }
    return .undefined("\(value.kind) has no '\(name)'")
  }

  /// `value[key]`: Python's item, else the attribute.
  func item(_ key: Value, of value: Value) throws(TemplateError) -> Value {
    switch (value, key) {
    case (.undefined(let reason), _): throw TemplateError(reason)
    case (.dictionary(let members), _):
      if let key = try hashable(key), let found = members[key] { return found }
    case (.list(let items), _), (.tuple(let items), _):
      if let index = key.integer {
        let place = index < 0 ? index + items.values.count : index
        guard items.values.indices.contains(place) else { break }
        return items.values[place]
      }
    case (.string(let text), _):
      if let index = key.integer {
        try charge(text)
        let scalars = text.unicodeScalars
        let count = scalars.count
        let place = index < 0 ? index + count : index
        guard (0..<count).contains(place) else { break }
        return .string(String(scalars[scalars.index(scalars.startIndex, offsetBy: place)]))
      }
    case (.range(let from, _, let by), _):
      if let index = key.integer {
        let count = value.rangeCount
        let place = index < 0 ? index + count : index
        guard (0..<count).contains(place) else { break }
        return .integer(from + place * by)
      }
    case (.markup, _): throw markupProblem
    default: break
    }
    if case .string(let name) = key, let found = try ownAttribute(name, of: value) { return found }
    return .undefined("\(value.kind) has no such item")
  }

  /// What Python's `getattr` finds.
  private func ownAttribute(_ name: String, of value: Value) throws(TemplateError) -> Value? {
    if case .namespace(let namespace) = value {
      guard !name.hasPrefix("_") else { throw unsupported(name) }
      return namespace[name]
    }
    // Python's own names; the sandbox hides them.
    guard !name.hasPrefix("__") else { throw unsupported(name) }
    switch value {
    case .string:
      return Self.stringMethods.contains(name) ? .method(value, name) : nil
    case .dictionary:
      if Self.changingMethods.contains(name) { return hidden(name) }
      return ["keys", "values", "items", "get", "copy", "fromkeys"].contains(name)
        ? .method(value, name) : nil
    case .list:
      if Self.changingMethods.contains(name) { return hidden(name) }
      return ["index", "count", "copy"].contains(name) ? .method(value, name) : nil
    case .tuple(let items):
      if items.isGroup, name == "grouper" { return items.values[0] }
      if items.isGroup, name == "list" { return items.values[1] }
      guard !items.isGroup || !name.hasPrefix("_") else { throw unsupported(name) }
      return ["index", "count"].contains(name) ? .method(value, name) : nil
    case .integer, .bool, .double:
      guard !Self.numberAttributes.contains(name) else { throw unsupported(name) }
      return nil
    case .loop(let loop): return try loopAttribute(name, loop)
    case .macro(let bound):
      switch name {
      case "name": return bound.macro.name.map(Value.string) ?? Value.none
      case "arguments": return .tuple(bound.macro.parameters.map { .string($0.name) })
      case "caller": return .bool(bound.macro.takesCaller)
      case "catch_kwargs": return .bool(bound.macro.takesNamed)
      case "catch_varargs": return .bool(bound.macro.takesMore)
      case "explicit_caller": return .bool(false)
      default:
        guard !name.hasPrefix("_") else { throw unsupported(name) }
        return nil
      }
    case .none, .undefined, .namespace: return nil
    // These have attributes in Python that we do not know.
    case .markup, .view, .range, .iterator, .function, .method: throw unsupported(name)
    }
  }

  private func unsupported(_ name: String) -> TemplateError {
    TemplateError("the attribute '\(name)' is not supported")
  }

  /// What the sandbox keeps from templates.
  private func hidden(_ name: String) -> Value {
    .undefined("'\(name)' changes its list or mapping, which a chat template may not")
  }

  private func loopAttribute(_ name: String, _ loop: LoopState) throws(TemplateError) -> Value? {
    switch name {
    case "index": return .integer(loop.index0 + 1)
    case "index0": return .integer(loop.index0)
    case "length": return .integer(try loop.length())
    case "revindex": return .integer(try loop.length() - loop.index0)
    case "revindex0": return .integer(try loop.length() - loop.index0 - 1)
    case "first": return .bool(loop.index0 == 0)
    case "last": return .bool(try loop.peek() == nil)
    case "previtem":
      if loop.index0 == 0 { return .undefined("there is no previous item") }
      return loop.previous ?? .undefined("there is no previous item")
    case "nextitem": return try loop.peek() ?? .undefined("there is no next item")
    case "depth": return .integer(loop.depth0 + 1)
    case "depth0": return .integer(loop.depth0)
    case "cycle", "changed": return .method(.loop(loop), name)
    default:
      guard !name.hasPrefix("_") else { throw unsupported(name) }
      return nil
    }
  }

  static let changingMethods: Set = [
    "clear", "pop", "popitem", "setdefault", "update", "append", "reverse", "insert", "sort",
    "extend", "remove",
  ]

  private static let numberAttributes: Set = [
    "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes", "imag",
    "numerator", "real", "to_bytes", "fromhex", "hex", "is_integer",
  ]

  /// All that Python's strings have, whether we know how to call it or not.
  private static let stringMethods: Set = [
    "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find",
    "format", "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit",
    "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join",
    "ljust", "lower", "lstrip", "maketrans", "partition", "removeprefix", "removesuffix", "replace",
    "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines",
    "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
  ]

  /// `value[from:to:by]`
  func slice(_ value: Value, _ from: Int?, _ to: Int?, _ by: Int?) throws(TemplateError) -> Value {
    let by = by ?? 1
    func chosen(_ count: Int) throws(TemplateError) -> [Int] {
      guard by != 0, by != .min else { throw TemplateError("the step of a slice is 0") }
      func place(_ index: Int, _ low: Int, _ high: Int) -> Int {
        let place = index < 0 ? index + count : index
        return min(max(place, low), high)
      }
      if by > 0 {
        let start = from.map { place($0, 0, count) } ?? 0
        let end = to.map { place($0, 0, count) } ?? count
        return start < end ? Array(stride(from: start, to: end, by: by)) : []
      }
      let start = from.map { place($0, -1, count - 1) } ?? count - 1
      let end = to.map { place($0, -1, count - 1) } ?? -1
      return start > end ? Array(stride(from: start, to: end, by: by)) : []
    }
    switch value {
    case .string(let text):
      try charge(text: text.utf8.count * 4)
      let scalars = text.scalarArray
      return .string(String(scalars: try chosen(scalars.count).map { scalars[$0] }))
    case .list(let items): return try list(try chosen(items.values.count).map { items.values[$0] })
    case .tuple(let items):
      return try tuple(try chosen(items.values.count).map { items.values[$0] })
    case .undefined(let reason): throw TemplateError(reason)
    case .range, .markup: throw TemplateError("a slice of \(value.kind) is not supported")
    default: throw TemplateError("a slice of \(value.kind)")
    }
  }
}
