import Files

/// Normalizers that take scalars out or make spaces of them: `Nmt`, `StripAccents`, and the parts of
/// `BertNormalizer`.
enum Cleaning: Sendable {
  /// SentencePiece's `nmt`: some controls go, other white and invisible characters are spaces.
  case nmt
  /// All marks go (`StripAccents`).
  case marks
  /// BERT's: marks without width go. The text is decomposed before.
  case accents
  /// BERT's `clean_text`: controls, formats and private characters go, what is white is a space.
  case controls
  /// BERT's `handle_chinese_chars`: a space on each side of a Chinese character.
  case chinese

  /// The parts of `BertNormalizer`, in its order.
  static func bert(_ field: JSONField) throws(InputError) -> [Normalizer] {
    var parts: [Normalizer] = []
    if try field.required("clean_text").bool() { parts.append(.clean(.controls)) }
    if try field.required("handle_chinese_chars").bool() { parts.append(.clean(.chinese)) }
    let isLower = try field.required("lowercase").bool()
    if try field.optional("strip_accents")?.bool() ?? isLower {
      parts += [.form(.nfd), .clean(.accents)]
    }
    if isLower { parts.append(.lowercase) }
    return parts
  }

  func apply(_ text: [UInt8]) -> [UInt8] {
    var result = String.UnicodeScalarView()
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let value = scalar.value
      switch self {
      case .nmt:
        if Self.nmtRemoved.contains(value) { continue }
        result.append(Self.nmtSpaces.contains(value) ? " " : scalar)
      case .marks:
        if !UnicodeClasses.combiningMark.contains(value) { result.append(scalar) }
      case .accents:
        if !UnicodeClasses.accent.contains(value) { result.append(scalar) }
      case .controls:
        if value == 9 || value == 10 || value == 13 {
          result.append(" ")
        } else if value != 0xFFFD, !UnicodeClasses.controlOrFormat.contains(value) {
          result.append(UnicodeClasses.space.contains(value) ? " " : scalar)
        }
      case .chinese:
        if Self.chineseRanges.contains(value) {
          result.append(contentsOf: [" ", scalar, " "])
        } else {
          result.append(scalar)
        }
      }
    }
    return Array(String(result).utf8)
  }

  private static let nmtRemoved = ScalarSet([
    1...8, 11...11, 14...31, 0x7F...0x7F, 0x8F...0x8F, 0x9F...0x9F,
  ])

  private static let nmtSpaces = ScalarSet([
    9...10, 12...13, 0x1680...0x1680, 0x200B...0x200F, 0x2028...0x2029, 0x2581...0x2581,
    0xFEFF...0xFEFF, 0xFFFD...0xFFFD,
  ])

  private static let chineseRanges = ScalarSet([
    0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
    0x2B920...0x2CEAF, 0x2F800...0x2FA1F,
  ])
}
