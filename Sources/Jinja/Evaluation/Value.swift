/// A value of a template: Python's, as far as templates see it.
package enum Value: Sendable {
  /// What has no value, by the name that was asked for.
  case undefined(String)
  case none
  case bool(Bool)
  case integer(Int)
  case double(Double)
  case string(String)
  case list([Value])
  /// Members in order, each name once.
  case dictionary([(String, Value)])
  /// `namespace()`, by its number in the interpreter's memory: assignments are seen everywhere.
  case namespace(Int)
  case macro(Macro)
  case function(Function)
  /// A method, with the value it belongs to.
  indirect case method(Value, String)

  init(_ literal: Literal) {
    switch literal {
    case .none: self = .none
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    }
  }

  /// Python's truth.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .double(let value): value != 0
    case .string(let value): !value.isEmpty
    case .list(let values): !values.isEmpty
    case .dictionary(let members): !members.isEmpty
    case .namespace, .macro, .function, .method: true
    }
  }

  /// What `{{ }}` prints: Python's `str`.
  var text: String {
    switch self {
    case .undefined: ""
    case .string(let value): value
    default: representation
    }
  }

  /// Python's `repr`.
  var representation: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let value): String(value)
    case .double(let value): value.description
    case .string(let value): Self.quoted(value)
    case .list(let values): "[" + values.map(\.representation).joined(separator: ", ") + "]"
    case .dictionary(let members):
      "{"
        + members.map { "\(Self.quoted($0.0)): \($0.1.representation)" }.joined(separator: ", ")
        + "}"
    case .namespace: "<Namespace>"
    case .macro(let macro): "<Macro '\(macro.name)'>"
    case .function(let function): "<function \(function.rawValue)>"
    case .method(_, let name): "<function \(name)>"
    }
  }

  private static func quoted(_ text: String) -> String {
    let mark: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var quoted = String(mark)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "'" where mark == "'": quoted += "\\'"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + String(mark)
  }

  /// Python's `==`; strings by their characters, not by canonical equivalence.
  func equals(_ other: Value) -> Bool {
    switch (self, other) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
    case (.list(let a), .list(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.equals($1) }
    case (.dictionary(let a), .dictionary(let b)):
      return a.count == b.count
        && a.allSatisfy { member in
          b.contains { $0.0 == member.0 && $0.1.equals(member.1) }
        }
    case (.namespace(let a), .namespace(let b)): return a == b
    default:
      guard let a = number, let b = other.number else { return false }
      return a == b
    }
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

  /// Python's word for the type, for messages.
  var kind: String {
    switch self {
    case .undefined(let name): "undefined value '\(name)'"
    case .none: "None"
    case .bool: "truth value"
    case .integer, .double: "number"
    case .string: "string"
    case .list: "list"
    case .dictionary: "mapping"
    case .namespace: "namespace"
    case .macro, .function, .method: "function"
    }
  }
}
