extension JSONParser {
  /// Parses a string from its opening quote on; escapes resolved, UTF-8 checked.
  mutating func string() throws(Failure) -> String {
    position += 1
    let start = position
    // Almost every string has no escape: validate and copy it in one go.
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""),
      bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 0x20
    { position += 1 }
    if peek == UInt8(ascii: "\"") {
      let text = try utf8(bytes[start..<position])
      position += 1
      return text
    }
    var unescaped = Array(bytes[start..<position])
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        let text = try utf8(unescaped)
        position += 1
        return text
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &unescaped)
      case 0..<0x20:
        throw failure("a control character inside a string; write it as an escape")
      default:
        unescaped.append(byte)
        position += 1
      }
    }
    throw failure("a string without its closing quote")
  }

  private mutating func escape(into unescaped: inout [UInt8]) throws(Failure) {
    guard let byte = peek else { throw failure("a string without its closing quote") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"): unescaped.append(contentsOf: Array(String(try scalar()).utf8))
    default: throw failure("an unknown escape in a string")
    }
  }

  /// Four hexadecimal digits, or two such escapes that form a surrogate pair.
  private mutating func scalar() throws(Failure) -> Character {
    var code = UInt32(try hexadecimal())
    if (0xD800..<0xDC00).contains(code), take("\\"), take("u") {
      let low = UInt32(try hexadecimal())
      if (0xDC00..<0xE000).contains(low) {
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw failure("half of a surrogate pair in a string")
    }
    return Character(scalar)
  }

  private mutating func hexadecimal() throws(Failure) -> UInt16 {
    guard position + 4 <= bytes.count else { throw failure("a \\u escape without four digits") }
    let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let code = UInt16(digits, radix: 16)
    else { throw failure("a \\u escape without four digits") }
    position += 4
    return code
  }

  private func utf8(_ units: some Collection<UInt8>) throws(Failure) -> String {
    guard let text = String(validating: units, as: UTF8.self) else {
      throw failure("a string that is not valid UTF-8")
    }
    return text
  }
}
