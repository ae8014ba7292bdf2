/// A JSON value together with where it came from, so that every wrong type or missing member
/// becomes one sentence that names the file and the field.
public struct JSONField: Sendable {
  /// The file's path, as errors print it.
  public let file: String
  /// The way from the document's root: `rope_scaling.factor`, `trials[3].index`; empty at the root.
  public let path: String
  /// The value itself.
  public let value: JSON

  /// The root of a document.
  public init(_ value: JSON, file: String, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  /// Reads and parses a file.
  ///
  /// - Parameter limit: the most bytes. No file of a model's configuration comes near the usual
  ///   one, and none of these can make us take gigabytes.
  public static func read(
    _ file: String, as dialect: JSON.Dialect = .standard, limit: Int = 16 << 20
  ) throws(InputError) -> JSONField {
    let bytes = try readFile(file, limit: limit)
    guard !GitLFSPointer.begins(bytes) else { throw GitLFSPointer.error(file) }
    return JSONField(try JSON(parsing: bytes, file: file, as: dialect), file: file)
  }

  /// An error about this field.
  public func error(_ problem: String) -> InputError {
    InputError(file: file, field: path.isEmpty ? nil : path, problem)
  }

  /// The member `key` if it is there and not null.
  ///
  /// - Throws: where this value is no object.
  public func optional(_ key: String) throws(InputError) -> JSONField? {
    guard case .object = value else { throw mismatch("an object") }
    switch value[key] {
    case nil, .null?: return nil
    case let member?: return JSONField(member, file: file, path: child(key))
    }
  }

  /// The member `key`.
  ///
  /// - Throws: where it is absent or null.
  public func required(_ key: String) throws(InputError) -> JSONField {
    guard let field = try optional(key) else {
      throw InputError(file: file, field: child(key), "the field is missing")
    }
    return field
  }

  /// The members of an object, in file order.
  public func members() throws(InputError) -> [(key: String, field: JSONField)] {
    guard case .object(let members) = value else { throw mismatch("an object") }
    return members.map {
      ($0.key, JSONField($0.value, file: file, path: child($0.key)))
    }
  }

  /// The elements of an array.
  public func elements() throws(InputError) -> [JSONField] {
    guard case .array(let values) = value else { throw mismatch("an array") }
    return values.enumerated().map { index, value in
      JSONField(value, file: file, path: "\(path)[\(index)]")
    }
  }

  /// An integer, optionally within bounds. `3.0` counts as 3: some writers make no difference.
  public func integer(in range: ClosedRange<Int> = .min ... .max) throws(InputError) -> Int {
    let integer: Int
    switch value {
    case .integer(let number): integer = number
    case .double(let number):
      guard let exact = Int(exactly: number) else { throw mismatch("an integer") }
      integer = exact
    default: throw mismatch("an integer")
    }
    guard range.contains(integer) else {
      let bounds =
        range.upperBound == .max
        ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
      throw error("expected an integer \(bounds), found \(integer)")
    }
    return integer
  }

  /// An array of at least one integer, all within bounds.
  public func integers(in range: ClosedRange<Int>) throws(InputError) -> [Int] {
    let integers = try elements().map { element throws(InputError) in
      try element.integer(in: range)
    }
    guard !integers.isEmpty else { throw error("expected at least one number") }
    return integers
  }

  /// A finite number.
  public func double() throws(InputError) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .double(let number):
      guard number.isFinite else { throw error("expected a finite number, found \(number)") }
      return number
    default: throw mismatch("a number")
    }
  }

  /// A number of at least zero.
  public func nonnegative() throws(InputError) -> Double {
    let value = try double()
    guard value >= 0 else { throw error("expected a number of at least 0, found \(value)") }
    return value
  }

  /// A boolean.
  public func bool() throws(InputError) -> Bool {
    guard case .bool(let flag) = value else { throw mismatch("true or false") }
    return flag
  }

  /// A string.
  public func string() throws(InputError) -> String {
    guard case .string(let text) = value else { throw mismatch("a string") }
    return text
  }

  /// "expected A, found B".
  public func mismatch(_ expected: String) -> InputError {
    error("expected \(expected), found \(value.kind)")
  }

  private func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
