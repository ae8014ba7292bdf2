/// Walks over JSON without making values of it: a vocabulary and its merges are most of a
/// tokenizer's file, and would be half a million strings.
struct RawJSON {
  let bytes: UnsafeBufferPointer<UInt8>
  var position: Int
  private var unescaped: [UInt8] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || (9...13).contains(byte) { position += 1 }
  }

  mutating func takes(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Passes over a string; nil where none stands here.
  ///
  /// - Returns: what is between its quotes, and whether that has escapes.
  mutating func rawString() -> (range: Range<Int>, hasEscapes: Bool)? {
    guard takes("\"") else { return nil }
    let start = position
    var hasEscapes = false
    while let byte = peek {
      if byte == UInt8(ascii: "\"") {
        position += 1
        return (start..<position - 1, hasEscapes)
      }
      guard byte >= 0x20 else { return nil }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
      }
      position += 1
    }
    return nil
  }

  /// Reads a string and hands out its bytes; nil where it is none.
  mutating func string<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
    guard let (range, hasEscapes) = rawString() else { return nil }
    return text(range, hasEscapes, body)
  }

  /// Hands out the bytes of a string that `rawString` has passed over; nil for a wrong escape.
  mutating func text<Result>(
    _ range: Range<Int>, _ hasEscapes: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    guard hasEscapes else { return body(UnsafeBufferPointer(rebasing: bytes[range])) }
    unescaped.removeAll(keepingCapacity: true)
    guard unescape(range) else { return nil }
    return unescaped.withUnsafeBufferPointer(body)
  }

  private mutating func unescape(_ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    func unit(_ start: Int) -> UInt32? {
      guard start + 4 <= range.upperBound else { return nil }
      var value: UInt32 = 0
      for byte in bytes[start..<start + 4] {
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
        value = value << 4 | UInt32(digit)
      }
      return value
    }
    while index < range.upperBound {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\\") else {
        unescaped.append(byte)
        continue
      }
      guard index < range.upperBound else { return false }
      let kind = bytes[index]
      index += 1
      switch kind {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(kind)
      case UInt8(ascii: "b"): unescaped.append(8)
      case UInt8(ascii: "f"): unescaped.append(12)
      case UInt8(ascii: "n"): unescaped.append(10)
      case UInt8(ascii: "r"): unescaped.append(13)
      case UInt8(ascii: "t"): unescaped.append(9)
      case UInt8(ascii: "u"):
        guard var value = unit(index) else { return false }
        index += 4
        if (0xD800..<0xDC00).contains(value), index + 6 <= range.upperBound,
          bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u"),
          let low = unit(index + 2), (0xDC00..<0xE000).contains(low)
        {
          value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
          index += 6
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.EncodedScalar())
      default: return false
      }
    }
    return true
  }

  /// Reads an integer without fraction; nil where there is none.
  mutating func integer() -> Int? {
    skipSpace()
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    var value = 0
    let firstDigit = position
    while let byte = peek, (48...57).contains(byte) {
      guard position - firstDigit < 18 else { return nil }
      value = value * 10 + Int(byte) - 48
      position += 1
    }
    guard position > firstDigit else { return nil }
    if let byte = peek,
      byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    {
      return nil
    }
    return bytes[start] == UInt8(ascii: "-") ? -value : value
  }

  /// Passes over a value of any kind, roughly: whether it is right JSON is for others to say.
  mutating func skipValue() -> Range<Int>? {
    skipSpace()
    let start = position
    var depth = 0
    repeat {
      skipSpace()
      guard let byte = peek else { return nil }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { return nil }
        depth -= 1
        position += 1
      case UInt8(ascii: "\""): guard rawString() != nil else { return nil }
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { return nil }
        position += 1
      default:
        let first = position
        while let byte = peek, Self.isOfWord(byte) { position += 1 }
        // A control character is part of no value.
        guard position > first else { return nil }
      }
    } while depth > 0
    return start..<position
  }

  /// Whether a byte may be one of a number's or of a name's like `true`.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x2C, 0x3A, 0x5D, 0x7D, 0x22: false
    default: true
    }
  }

  /// Walks over an object's members; nil where it is none, or where one is refused.
  ///
  /// - Parameter member: passes over a value; whether there was one.
  mutating func members(_ member: (String, inout RawJSON) -> Bool) -> Void? {
    guard takes("{") else { return nil }
    if takes("}") { return () }
    repeat {
      guard let key = string({ String(decoding: $0, as: UTF8.self) }), takes(":"),
        member(key, &self)
      else { return nil }
    } while takes(",")
    return takes("}") ? () : nil
  }
}
