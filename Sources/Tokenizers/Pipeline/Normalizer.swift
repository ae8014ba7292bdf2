import Files
import Foundation

/// What happens to text between added tokens before it is cut into pieces.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  case nfc
  case prepend([Unicode.Scalar])
  case replace([Unicode.Scalar], with: [Unicode.Scalar])

  init(_ field: JSONField) throws(InputError) {
    let typeField = try field.required("type")
    switch try typeField.string() {
    case "Sequence":
      var parts: [Normalizer] = []
      for element in try field.required("normalizers").elements() {
        parts.append(try Normalizer(element))
      }
      self = .sequence(parts)
    case "NFC": self = .nfc
    case "Prepend":
      self = .prepend(Array(try field.required("prepend").string().unicodeScalars))
    case "Replace":
      let pattern = try field.required("pattern").required("String").string()
      guard !pattern.isEmpty else { throw field.error("an empty pattern") }
      self = .replace(
        Array(pattern.unicodeScalars),
        with: Array(try field.required("content").string().unicodeScalars))
    case let type:
      throw typeField.error(
        "normalizer \"\(type)\" is not supported; NFC, Prepend, Replace and Sequence are")
    }
  }

  func apply(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    switch self {
    case .sequence(let parts): return parts.reduce(text) { $1.apply($0) }
    case .nfc:
      return Array(
        String(String.UnicodeScalarView(text)).precomposedStringWithCanonicalMapping.unicodeScalars)
    case .prepend(let prefix): return text.isEmpty ? text : prefix + text
    case .replace(let pattern, let content): return text.replacing(pattern, with: content)
    }
  }
}

extension [Unicode.Scalar] {
  /// Every occurrence of `pattern`, from the left, replaced.
  func replacing(_ pattern: [Unicode.Scalar], with content: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(count)
    var index = 0
    while index < count {
      if self[index...].starts(with: pattern) {
        result.append(contentsOf: content)
        index += pattern.count
      } else {
        result.append(self[index])
        index += 1
      }
    }
    return result
  }
}
