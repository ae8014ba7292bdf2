/// A value of a template: Python's, as far as templates see it. Lists and mappings never change: the
/// sandbox forbids it.
package enum Value {
  /// What has no value, with a sentence that says why.
  case undefined(String)
  case none
  case bool(Bool)
  case integer(Int)
  case double(Double)
  case string(String)
  /// Text that is marked as safe HTML: what is added to it is escaped.
  case markup(String)
  case list(Items)
  case tuple(Items)
  case dictionary(Members)
  /// What a mapping's `keys()`, `values()` or `items()` give.
  case view(Members, View)
  case range(from: Int, to: Int, by: Int)
  /// What can be gone through once.
  case iterator(ItemIterator)
  case namespace(Namespace)
  case loop(LoopState)
  case macro(BoundMacro)
  case function(Function)
  /// A method, with the value it belongs to.
  indirect case method(Value, String)

  package enum View: String { case keys, values, items }

  init(_ literal: Literal) {
    switch literal {
    case .none: self = .none
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    }
  }

  /// How deep values nest that a template can make.
  static let maximumDepth = 150

  /// How many levels of lists and mappings there are.
  var depth: Int {
    switch self {
    case .list(let items), .tuple(let items): items.depth
    case .dictionary(let members), .view(let members, _): members.depth
    case .method(let value, _): value.depth
    default: 0
    }
  }

  /// Python's truth.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .double(let value): value != 0
    case .string(let value), .markup(let value): !value.isEmpty
    case .list(let items), .tuple(let items): !items.values.isEmpty
    case .dictionary(let members), .view(let members, _): members.count > 0
    case .range: rangeCount > 0
    case .loop, .iterator, .namespace, .macro, .function, .method: true
    }
  }

  /// How many numbers a range has.
  var rangeCount: Int {
    guard case .range(let from, let to, let by) = self else { return 0 }
    let span =
      by > 0 ? to.subtractingReportingOverflow(from) : from.subtractingReportingOverflow(to)
    guard !span.overflow, span.partialValue > 0 else { return span.overflow ? .max : 0 }
    return (span.partialValue - 1) / Int(by.magnitude) + 1
  }

  /// Numbers and truth values, which Python compares with one another.
  var number: Double? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// Integers and truth values.
  var integer: Int? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }

  var markup: String? { if case .markup(let text) = self { text } else { nil } }

  var isUndefined: Bool { if case .undefined = self { true } else { false } }

  var isNone: Bool { if case .none = self { true } else { false } }

  /// Python's word for the type, for messages.
  var kind: String {
    switch self {
    case .undefined: "an undefined value"
    case .none: "None"
    case .bool: "a truth value"
    case .integer, .double: "a number"
    case .string: "a string"
    case .markup: "a string marked as safe"
    case .list: "a list"
    case .tuple: "a tuple"
    case .dictionary: "a mapping"
    case .view: "a mapping's view"
    case .range: "a range"
    case .iterator: "an iterator"
    case .namespace: "a namespace"
    case .loop: "a loop"
    case .macro, .function, .method: "a function"
    }
  }
}

/// The elements of a list or tuple.
package struct Items {
  let values: [Value]
  let depth: Int
  /// Of a group that `groupby` made, whose parts have names.
  var isGroup = false

  init(_ values: [Value]) {
    self.values = values
    depth = 1 + (values.lazy.map(\.depth).max() ?? 0)
  }
}

/// The members of a mapping, in order.
package struct Members {
  private(set) var keys: [Value] = []
  private(set) var values: [Value] = []
  private(set) var depth = 1
  private var index: [Key: Int] = [:]

  var count: Int { keys.count }

  /// Puts a member in; a key that is there keeps its place.
  mutating func set(_ key: Key, _ name: Value, _ value: Value) {
    depth = max(depth, 1 + max(name.depth, value.depth))
    if let place = index[key] {
      values[place] = value
    } else {
      index[key] = keys.count
      keys.append(name)
      values.append(value)
    }
  }

  subscript(key: Key) -> Value? { index[key].map { values[$0] } }

  subscript(name: String) -> Value? { self[.text(Array(name.utf8))] }
}

/// A value as a key: equal where Python's are, strings by their characters.
package enum Key: Hashable {
  case none
  case integer(Int)
  case double(Double)
  case text([UInt8])
  case tuple([Key])
  /// Undefined values are equal to one another.
  case undefined

  /// Nil where a value cannot be a key.
  init?(_ value: Value) {
    switch value {
    case .none: self = .none
    case .undefined: self = .undefined
    case .bool(let flag): self = .integer(flag ? 1 : 0)
    case .integer(let number): self = .integer(number)
    case .double(let number):
      // 1.0 is the key 1; NaN is equal to nothing, and refused.
      guard !number.isNaN else { return nil }
      self = Int(exactly: number).map(Key.integer) ?? .double(number)
    case .string(let text), .markup(let text): self = .text(Array(text.utf8))
    case .tuple(let items):
      var keys: [Key] = []
      for value in items.values {
        guard let key = Key(value) else { return nil }
        keys.append(key)
      }
      self = .tuple(keys)
    default: return nil
    }
  }
}

extension Value {
  /// A list; its elements' depth is the caller's to bound.
  package static func list(_ values: [Value]) -> Value { .list(Items(values)) }

  static func tuple(_ values: [Value]) -> Value { .tuple(Items(values)) }

  /// A mapping with names as keys.
  package static func dictionary(_ members: [(String, Value)]) -> Value {
    var result = Members()
    for (name, value) in members { result.set(.text(Array(name.utf8)), .string(name), value) }
    return .dictionary(result)
  }
}
