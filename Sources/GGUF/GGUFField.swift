import Files

/// A value of the metadata with its key, so that every wrong type becomes one sentence that names
/// file and key.
public struct GGUFField: Sendable {
  /// The file's path.
  public let file: String
  /// The key.
  public let key: String
  /// The value.
  public let value: GGUFValue

  /// An error about this value.
  public func error(_ problem: String) -> InputError {
    InputError(file: file, field: key, problem)
  }

  private func mismatch(_ expected: String) -> InputError {
    error("expected \(expected), found \(value.kind)")
  }

  /// An integer within bounds.
  public func integer(in range: ClosedRange<Int>) throws(InputError) -> Int {
    let number: Int?
    switch value {
    case .unsigned(let value): number = Int(exactly: value)
    case .signed(let value): number = Int(value)
    default: throw mismatch("an integer")
    }
    guard let number, range.contains(number) else {
      throw error(
        "expected an integer from \(range.lowerBound) to \(range.upperBound), found "
          + (number.map(String.init) ?? "a larger one"))
    }
    return number
  }

  /// A finite number above zero, small enough that single precision holds what is computed of it.
  public func positive() throws(InputError) -> Double {
    let number: Double
    switch value {
    case .float(let value): number = value
    case .unsigned(let value): number = Double(value)
    case .signed(let value): number = Double(value)
    default: throw mismatch("a number")
    }
    guard number > 0, number <= 1e15 else {
      throw error("expected a number above 0 and up to 1e15, found \(number)")
    }
    return number
  }

  /// A boolean.
  public func bool() throws(InputError) -> Bool {
    guard case .bool(let flag) = value else { throw mismatch("true or false") }
    return flag
  }

  /// A string of UTF-8.
  public func string() throws(InputError) -> String {
    guard case .string(let bytes) = value else { throw mismatch("a string") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error("is no valid UTF-8 text")
    }
    return text
  }

  /// An array's number of elements.
  public func arrayCount() throws(InputError) -> Int {
    guard case .array(let array) = value else { throw mismatch("an array") }
    return array.count
  }

  /// The bytes of an array's strings.
  public func strings() throws(InputError) -> [[UInt8]] {
    guard case .array(let array) = value else { throw mismatch("an array of strings") }
    var strings: [[UInt8]] = []
    strings.reserveCapacity(array.count)
    guard array.forEachString({ strings.append(Array($0)) }) else {
      throw mismatch("an array of strings")
    }
    return strings
  }

  /// An array's numbers.
  public func numbers() throws(InputError) -> [Double] {
    guard case .array(let array) = value, let numbers = array.numbers() else {
      throw mismatch("an array of numbers")
    }
    return numbers
  }

  /// One number for all of `count` layers, or an array of one for each.
  public func perLayer(_ count: Int, in range: ClosedRange<Int>) throws(InputError) -> [Int] {
    guard case .array = value else {
      return Array(repeating: try integer(in: range), count: count)
    }
    let numbers = try numbers()
    guard numbers.count == count else {
      throw error("has \(numbers.count) elements for \(count) layers")
    }
    return try numbers.map { number throws(InputError) in
      guard let integer = Int(exactly: number), range.contains(integer) else {
        throw error(
          "expected integers from \(range.lowerBound) to \(range.upperBound), found \(number)")
      }
      return integer
    }
  }
}
