extension JSON {
  /// A number, or null where there is none.
  public static func number(_ value: Double?) -> JSON { value.map(JSON.double) ?? .null }

  /// `[low, high]`, or null.
  public static func interval(_ interval: ClosedRange<Double>?) -> JSON {
    interval.map { [.double($0.lowerBound), .double($0.upperBound)] } ?? .null
  }
}

extension JSONField {
  /// A number of at least zero.
  public func nonnegative() throws(InputError) -> Double {
    let value = try double()
    guard value >= 0 else { throw error("expected a number of at least 0, found \(value)") }
    return value
  }

  /// The array of numbers under a key.
  public func numbers(_ key: String) throws(InputError) -> [Double] {
    var numbers: [Double] = []
    for element in try required(key).elements() { numbers.append(try element.double()) }
    return numbers
  }

  /// A value decoded from a member that may be missing or null.
  public func optional<Value>(
    _ key: String, _ decode: (JSONField) throws(InputError) -> Value
  ) throws(InputError) -> Value? {
    guard let member = try optional(key) else { return nil }
    return try decode(member)
  }
}
