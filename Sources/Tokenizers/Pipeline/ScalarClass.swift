/// The character classes of the tokenizers' regular expressions.
extension Unicode.Scalar {
  /// `\p{L}`
  var isLetter: Bool {
    if isASCII { return (65...90).contains(value) || (97...122).contains(value) }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default: return false
    }
  }

  /// `\p{N}`
  var isNumber: Bool {
    if isASCII { return (48...57).contains(value) }
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// `\s`
  var isSpace: Bool {
    if isASCII { return value == 32 || (9...13).contains(value) }
    return properties.isWhitespace
  }

  /// `\r` or `\n`
  var isNewline: Bool { value == 10 || value == 13 }

  /// `\w`: letters, marks, numbers and connectors.
  var isWord: Bool {
    if isLetter || isNumber { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .connectorPunctuation: return true
    default: return false
    }
  }
}
