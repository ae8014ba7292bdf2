/// GPT-2's bijection between bytes and printable characters, in which byte-level vocabularies are
/// written (Radford et al. 2019, `bytes_to_unicode`).
enum ByteLevelAlphabet {
  /// The character of each byte.
  static let scalars: [Unicode.Scalar] = {
    var scalars: [Unicode.Scalar] = []
    var next: UInt32 = 256
    for byte in UInt32(0)..<256 {
      let isPrintable =
        (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
      scalars.append(Unicode.Scalar(isPrintable ? byte : next) ?? " ")
      if !isPrintable { next += 1 }
    }
    return scalars
  }()

  /// The byte of each character.
  static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

  /// Each byte's character in UTF-8: one byte or two.
  private static let encoded: [(UInt8, UInt8)] = scalars.map { scalar in
    let bytes = Array(String(scalar).utf8)
    return (bytes[0], bytes.count > 1 ? bytes[1] : 0)
  }

  /// Writes bytes in the alphabet.
  static func write(_ bytes: UnsafeBufferPointer<UInt8>, to result: inout [UInt8]) {
    for byte in bytes {
      let (first, second) = encoded[Int(byte)]
      result.append(first)
      if second != 0 { result.append(second) }
    }
  }

  /// The bytes that a token stands for; a token with other characters stands for itself.
  static func decode(_ token: ByteString) -> ByteString {
    var decoded: ByteString = []
    for scalar in String(decoding: token, as: UTF8.self).unicodeScalars {
      guard let byte = bytes[scalar] else { return token }
      decoded.append(byte)
    }
    return decoded
  }
}
