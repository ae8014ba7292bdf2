/// The tokens `<0x00>` … `<0xFF>`, which stand for what a vocabulary has no other token for.
struct ByteFallback: Sendable {
  /// The token of each byte; -1 where there is none.
  private let tokens: [Int32]

  init(_ vocabulary: Vocabulary) {
    tokens = (0..<256).map { vocabulary.ids.value(Self.name(UInt8($0))) ?? -1 }
  }

  /// `<0x0A>`
  static func name(_ byte: UInt8) -> ByteString {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x\(digits.count == 1 ? "0" : "")\(digits)>".byteString
  }

  /// Appends the tokens of all bytes; whether each has one.
  func append(_ text: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) -> Bool {
    guard text.allSatisfy({ tokens[Int($0)] >= 0 }) else { return false }
    for byte in text { ids.append(tokens[Int(byte)]) }
    return true
  }
}
