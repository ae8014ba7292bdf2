/// A JSON value that keeps what Foundation's decoder loses and tokenizer files need: the order of
/// an object's members, and keys that differ in bytes but are canonically equivalent ("à" composed
/// and decomposed are two vocabulary entries, and one `Dictionary<String, _>` key).
public enum JSON: Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction or exponent that fits 64 bits.
  case integer(Int)
  case double(Double)
  case string(String)
  case array([JSON])
  /// Members in file order.
  case object([Member])

  /// One key and its value.
  public struct Member: Sendable {
    /// The key, whose bytes decide its identity.
    public var key: String
    /// The value.
    public var value: JSON

    /// Pairs a key with its value.
    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// The last member called `key` (as every JSON reader we know resolves duplicates); nil also
  /// where this is no object.
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// What kind of value this is, for error messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .double: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// A string value.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A boolean value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An integer value.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object with its members in the order written.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

extension JSON {
  /// An array of integers.
  public init(_ values: some Sequence<Int>) { self = .array(values.map { .integer($0) }) }
  /// An array of numbers.
  public init(_ values: some Sequence<Double>) { self = .array(values.map { .double($0) }) }
  /// An array of numbers, each written with the shortest digits that give the same `Float` back.
  public init(_ values: some Sequence<Float>) {
    // Through the decimal form: Double(0.1 as Float) would print as 0.10000000149011612.
    self = .array(values.map { .double(Double($0.description) ?? Double($0)) })
  }

  /// A number, or null where there is none.
  public static func number(_ value: Double?) -> JSON { value.map(JSON.double) ?? .null }

  /// `[low, high]`, or null.
  public static func interval(_ interval: ClosedRange<Double>?) -> JSON {
    interval.map { [.double($0.lowerBound), .double($0.upperBound)] } ?? .null
  }

  /// An object with further members after its own.
  public func adding(_ members: [Member]) -> JSON {
    guard case .object(let own) = self else { preconditionFailure("only an object has members") }
    return .object(own + members)
  }
}
