import Foundation

/// Unicode's normal forms as the reference implementation's library knows them, which is of
/// Unicode 9: what came later stays as it is, and nothing moves or joins across it.
enum NormalForm: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  func apply(_ text: String) -> String {
    var result = ""
    var known = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard isInert(scalar) else {
        known.append(scalar)
        continue
      }
      if !known.isEmpty { result += form(String(known)) }
      known = String.UnicodeScalarView()
      result.unicodeScalars.append(scalar)
    }
    return result + form(String(known))
  }

  /// In two steps: Foundation's forms leave marks that they have taken apart in the wrong order,
  /// and syllables of Korean that end in a letter of their own.
  private func form(_ text: String) -> String {
    switch self {
    case .nfc: text.decomposedStringWithCanonicalMapping.precomposedStringWithCanonicalMapping
    case .nfd: text.decomposedStringWithCanonicalMapping.decomposedStringWithCanonicalMapping
    case .nfkc: text.decomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
    case .nfkd: text.decomposedStringWithCompatibilityMapping.decomposedStringWithCanonicalMapping
    }
  }

  /// Whether nothing happens to a scalar, nor across it. Of those that Unicode 9 has, Foundation
  /// must not see U+11A7, which it loses, and those beyond U+FFFF, of which it composes the lower
  /// half.
  private func isInert(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x560 { return false }
    if value == 0x11A7 || UnicodeClasses.unknownToNormalizers.contains(value) { return true }
    guard value > 0xFFFF, scalar.properties.canonicalCombiningClass == .notReordered else {
      return false
    }
    switch value {
    // Letters of India's scripts, notes, Chinese characters for compatibility.
    case 0x11000..<0x11600, 0x1D100..<0x1D200, 0x2F800..<0x2FA20: return false
    case 0x1D400..<0x1D800, 0x1EE00..<0x1EF00, 0x1F100..<0x1F300:
      return self == .nfc || self == .nfd
    default: return true
    }
  }
}
