import Files
import Foundation

/// SentencePiece's compiled rules of normalization, `precompiled_charsmap` (Kudo and Richardson
/// 2018, section 3.1): a double array over bytes whose values say where in a block of texts the
/// replacement stands, each ended by a zero byte. As the reference implementation applies them, not
/// SentencePiece: a grapheme of less than six bytes as a whole where a rule begins it, whatever
/// else is in it; otherwise scalar by scalar.
struct Charsmap: Sendable {
  /// Units of Darts-clone: label and leaf bit, or a value.
  private let units: [UInt32]
  private let texts: [UInt8]
  /// Bytes of the longest replacement.
  let longest: Int

  /// Reads the base64 of a file.
  init(_ field: JSONField) throws(InputError) {
    guard let data = Data(base64Encoded: try field.string()) else {
      throw field.error("expected base64")
    }
    let bytes = [UInt8](data)
    func word(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
    }
    guard bytes.count >= 8, word(0) >= 4, Int(word(0)) <= bytes.count - 4,
      String(validating: bytes[(4 + Int(word(0) / 4) * 4)...], as: UTF8.self) != nil
    else { throw field.error("a charsmap that is not what it should be") }
    units = (0..<Int(word(0) / 4)).map { word(4 + 4 * $0) }
    texts = Array(bytes[(4 + 4 * units.count)...])
    longest = texts.split(separator: 0).reduce(0) { max($0, $1.count) }
  }

  func apply(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for grapheme in String(decoding: text, as: UTF8.self) {
      let whole = Array(grapheme.utf8)
      if whole.count < 6, let content = replacement(whole) {
        result += content
        continue
      }
      for scalar in grapheme.unicodeScalars {
        let bytes = Array(String(scalar).utf8)
        result += replacement(bytes) ?? bytes[...]
      }
    }
    return result
  }

  /// What the shortest rule that begins a text replaces it with.
  private func replacement(_ text: [UInt8]) -> ArraySlice<UInt8>? {
    guard var node = units.first.map({ offset($0) }) else { return nil }
    for byte in text where byte != 0 {
      node ^= Int(byte)
      guard node < units.count, units[node] & 0x8000_00FF == UInt32(byte) else { return nil }
      let unit = units[node]
      node ^= offset(unit)
      if unit >> 8 & 1 == 1 {
        guard node < units.count else { return nil }
        let start = Int(units[node] & 0x7FFF_FFFF)
        guard start <= texts.count else { return nil }
        return texts[start...].prefix { $0 != 0 }
      }
    }
    return nil
  }

  private func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 0x200) >> 6) }
}
