extension JSON {
  /// Nothing that we read nests deeper than about ten; a hostile file must not overflow the stack.
  static let maximumDepth = 128
  /// Nor has it more values: a value takes some 24 bytes, however few its text has. The largest
  /// files that are parsed as a whole are results of searches; they have a million.
  static let maximumValues = 8_000_000

  /// What counts as JSON.
  public enum Dialect: Sendable {
    /// RFC 8259.
    case standard
    /// The same with `NaN`, `Infinity` and `-Infinity`, which Python writes and reads: what
    /// configuration files of models may hold, if in members that nobody needs.
    case python
  }

  /// Parses one RFC 8259 document.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, with or without a byte-order mark.
  ///   - file: the name that errors carry.
  ///   - firstLine: the number of the first line, where `bytes` is one line of a longer file.
  /// - Throws: an `InputError` of kind `unusable` that gives line and column.
  public init(
    parsing bytes: some Sequence<UInt8>, file: String, firstLine: Int = 1,
    as dialect: Dialect = .standard
  ) throws(InputError) {
    let array = Array(bytes)
    // `withUnsafeBufferPointer` rethrows a closure's error without its type, so the closure returns
    // it instead.
    let result = array.withUnsafeBufferPointer { buffer -> Result<JSON, JSONParser.Failure> in
      var parser = JSONParser(bytes: buffer, dialect: dialect)
      return Result { () throws(JSONParser.Failure) in try parser.document() }
    }
    switch result {
    case .success(let value): self = value
    case .failure(let failure):
      let before = array.prefix(failure.offset)
      let line = firstLine + before.count { $0 == UInt8(ascii: "\n") }
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      throw InputError(
        file: file, field: "line \(line), column \(column)", "not valid JSON: \(failure.problem)")
    }
  }
}

/// A recursive-descent parser over UTF-8 bytes.
struct JSONParser {
  struct Failure: Error {
    var offset: Int
    var problem: String
  }

  let bytes: UnsafeBufferPointer<UInt8>
  let dialect: JSON.Dialect
  var position = 0
  private var valueCount = 0

  init(bytes: UnsafeBufferPointer<UInt8>, dialect: JSON.Dialect = .standard) {
    self.bytes = bytes
    self.dialect = dialect
  }

  mutating func document() throws(Failure) -> JSON {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("there is more after the value's end") }
    return value
  }

  private mutating func value(depth: Int) throws(Failure) -> JSON {
    guard depth < JSON.maximumDepth else {
      throw failure("nested deeper than \(JSON.maximumDepth) levels")
    }
    valueCount += 1
    guard valueCount <= JSON.maximumValues else {
      throw failure("more than \(JSON.maximumValues) values")
    }
    skipSpace()
    guard position < bytes.count else { throw failure("the text ends where a value should be") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "N"): return try pythonLiteral("NaN", .nan)
    case UInt8(ascii: "I"): return try pythonLiteral("Infinity", .infinity)
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(Failure) -> JSON {
    position += 1
    var members: [JSON.Member] = []
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw failure("expected ':' after the key \"\(key)\"") }
      members.append(JSON.Member(key, try value(depth: depth + 1)))
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw failure("expected ',' or '}' in an object") }
    }
  }

  private mutating func array(depth: Int) throws(Failure) -> JSON {
    position += 1
    var values: [JSON] = []
    skipSpace()
    if take("]") { return .array(values) }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return .array(values) }
      guard take(",") else { throw failure("expected ',' or ']' in an array") }
    }
  }

  private mutating func literal(_ text: StaticString, _ value: JSON) throws(Failure) -> JSON {
    for index in 0..<text.utf8CodeUnitCount {
      guard peek == text.utf8Start[index] else { throw failure("expected '\(text)'") }
      position += 1
    }
    return value
  }

  /// A number that is none in JSON.
  private mutating func pythonLiteral(
    _ text: StaticString, _ value: Double
  ) throws(Failure) -> JSON {
    let start = position
    let result = try literal(text, .double(value))
    guard dialect == .python else {
      position = start
      throw failure("NaN and Infinity are no numbers of JSON, though Python writes them")
    }
    return result
  }

  private mutating func number() throws(Failure) -> JSON {
    let start = position
    var isInteger = true
    if take("-"), peek == UInt8(ascii: "I") {
      return try pythonLiteral("Infinity", -.infinity)
    }
    let firstDigit = position
    skipDigits()
    guard position > firstDigit else {
      position = start
      throw failure("expected a value")
    }
    if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
      throw failure("a number with a leading zero")
    }
    if take(".") {
      isInteger = false
      let before = position
      skipDigits()
      guard position > before else { throw failure("expected digits after the decimal point") }
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("+") { _ = take("-") }
      let before = position
      skipDigits()
      guard position > before else { throw failure("expected digits in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw failure("the number \(text) is out of range")
    }
    return .double(value)
  }

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipDigits() {
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  func failure(_ problem: String) -> Failure { Failure(offset: position, problem: problem) }
}
