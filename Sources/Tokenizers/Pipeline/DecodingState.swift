/// A `Decoder` at work: bytes come out as soon as they are certain.
struct DecodingState: Sendable {
  private let decoder: Decoder
  /// Bytes of tokens like `<0xE2>`, until the run of them ends: only then is it known whether the
  /// run is UTF-8.
  private var fallback: ByteString = []
  private var fallbackStep = 0
  /// Bytes that are not yet a whole character.
  private var pending: ByteString = []
  private var memories: [TextStep.Memory]
  /// Whether no token came to `Metaspace`.
  private var isFirst = true

  init(_ decoder: Decoder) {
    self.decoder = decoder
    memories = decoder.textSteps.map { _ in TextStep.Memory() }
  }

  /// Takes a token and returns the text that is complete with it.
  mutating func append(_ token: ByteString) -> String { emit(apply(token, from: 0)) }

  /// The rest, when no token follows.
  mutating func finish() -> String {
    let text = emit(fallback.isEmpty ? [] : flush(behind: fallbackStep))
    defer { pending = [] }
    return text + afterwards(ByteString(String(decoding: pending, as: UTF8.self).utf8))
  }

  /// A token's bytes behind all steps from one on.
  private mutating func apply(_ token: ByteString, from first: Int) -> ByteString {
    var bytes = token
    for index in first..<decoder.steps.count {
      switch decoder.steps[index] {
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
          fallbackStep = index
          return []
        }
        // The run of bytes is a token of its own.
        if !fallback.isEmpty { return flush(behind: index) + apply(bytes, from: index + 1) }
      case .metaspace(let replacement, let dropsFirst):
        let drops = isFirst && dropsFirst
        isFirst = false
        bytes = bytes.replacing(Self.bytes([replacement]), with: drops ? [] : [0x20])
      }
    }
    return bytes
  }

  private mutating func flush(behind step: Int) -> ByteString {
    apply(endFallback(), from: step + 1)
  }

  private mutating func emit(_ bytes: ByteString) -> String {
    pending += bytes
    let complete = pending.count - Self.incompleteTail(pending)
    let text = String(decoding: pending[..<complete], as: UTF8.self)
    pending.removeFirst(complete)
    return decoder.textSteps.isEmpty ? text : afterwards(ByteString(text.utf8))
  }

  private mutating func afterwards(_ text: ByteString) -> String {
    var text = text
    for (index, step) in decoder.textSteps.enumerated() {
      text = step.apply(text, &memories[index])
    }
    return String(decoding: text, as: UTF8.self)
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
