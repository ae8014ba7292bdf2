/// A `Decoder` at work: bytes come out as soon as they are certain.
struct DecodingState: Sendable {
  private let decoder: Decoder
  /// Bytes of tokens like `<0xE2>`, until the run of them ends: only then is it known whether the
  /// run is UTF-8.
  private var fallback: ByteString = []
  /// Bytes that are not yet a whole character.
  private var pending: ByteString = []
  private var toStrip: Int
  private var isFirst = true

  init(_ decoder: Decoder) {
    self.decoder = decoder
    toStrip = decoder.strip?.count ?? 0
  }

  /// Takes a token and returns the text that is complete with it.
  mutating func append(_ token: ByteString) -> String {
    var bytes = token
    for step in decoder.steps {
      switch step {
      case .byteLevel: bytes = ByteLevelAlphabet.decode(bytes)
      case .replace(let pattern, let content):
        bytes = bytes.replacing(pattern, with: content)
      case .strip(let scalar, let start, let stop):
        let unit = Self.bytes([scalar])
        for _ in 0..<start where bytes.starts(with: unit) { bytes.removeFirst(unit.count) }
        for _ in 0..<stop where bytes.suffix(unit.count) == unit[...] {
          bytes.removeLast(unit.count)
        }
      case .byteFallback:
        if let byte = Self.fallbackByte(bytes) {
          fallback.append(byte)
          isFirst = false
          return ""
        }
        bytes = endFallback() + bytes
      case .metaspace(let replacement, let dropsFirst):
        var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        if isFirst, dropsFirst, scalars.first == replacement { scalars.removeFirst() }
        bytes = Self.bytes(scalars.map { $0 == replacement ? " " : $0 })
      }
    }
    isFirst = false
    return emit(bytes)
  }

  /// The rest, when no token follows.
  mutating func finish() -> String {
    let text = emit(endFallback())
    defer { pending = [] }
    return text + String(decoding: pending, as: UTF8.self)
  }

  private mutating func emit(_ bytes: ByteString) -> String {
    var bytes = bytes
    if let strip = decoder.strip, toStrip > 0, !bytes.isEmpty {
      let unit = Self.bytes([strip.scalar])
      while toStrip > 0, bytes.starts(with: unit) {
        bytes.removeFirst(unit.count)
        toStrip -= 1
      }
      // The text has begun: what comes later is not its beginning.
      if !bytes.isEmpty { toStrip = 0 }
    }
    pending += bytes
    let complete = pending.count - Self.incompleteTail(pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  private mutating func endFallback() -> ByteString {
    defer { fallback = [] }
    guard String(validating: fallback, as: UTF8.self) == nil else { return fallback }
    // As the reference implementation: one replacement character for each byte of the run.
    return fallback.flatMap { _ in [0xEF, 0xBF, 0xBD] as ByteString }
  }

  /// The byte of a token `<0xE2>`.
  private static func fallbackByte(_ token: ByteString) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else {
      return nil
    }
    let digits = String(decoding: token[3..<5], as: UTF8.self)
    guard digits.allSatisfy(\.isHexDigit) else { return nil }
    return UInt8(digits, radix: 16)
  }

  /// How many bytes at the end begin a character without completing it.
  private static func incompleteTail(_ bytes: ByteString) -> Int {
    for length in 1...3 where length <= bytes.count {
      let byte = bytes[bytes.count - length]
      if byte & 0xC0 == 0x80 { continue }
      let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      guard needed > length, canBegin(bytes.suffix(length)) else { return 0 }
      return length
    }
    return 0
  }

  /// Whether some continuation makes these bytes a character: all but certain from the lead byte,
  /// which forbids a few second bytes (overlong forms, surrogates, beyond U+10FFFF).
  private static func canBegin(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let lead = bytes.first, lead >= 0xC2, lead <= 0xF4 else { return false }
    guard bytes.count > 1 else { return true }
    let second = bytes[bytes.startIndex + 1]
    switch lead {
    case 0xE0: return second >= 0xA0
    case 0xED: return second < 0xA0
    case 0xF0: return second >= 0x90
    case 0xF4: return second < 0x90
    default: return true
    }
  }

  private static func bytes(_ scalars: [Unicode.Scalar]) -> ByteString {
    Array(String(String.UnicodeScalarView(scalars)).utf8)
  }
}
