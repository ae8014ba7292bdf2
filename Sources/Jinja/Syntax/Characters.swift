/// Classes of characters as Python's strings and regular expressions have them.
extension Unicode.Scalar {
  /// `str.isspace`, and `\s` in regular expressions.
  var isPythonSpace: Bool {
    switch value {
    case 9...13, 28...32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    default: false
    }
  }

  /// Where `str.splitlines` splits.
  var endsLine: Bool {
    switch value {
    case 10...13, 28...30, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// `str.isalpha`
  var isLetter: Bool {
    if isASCII { return (65...90).contains(value) || (97...122).contains(value) }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default: return false
    }
  }

  /// `\w`
  var isWord: Bool { isAlphanumeric || self == "_" }

  /// `str.isalnum`
  var isAlphanumeric: Bool { isLetter || isDigit || (!isASCII && properties.numericType != nil) }

  /// What a name of a template may be made of, and what Jinja takes for one.
  var isNameCharacter: Bool {
    if isASCII { return isLetter || isDigit || self == "_" }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .connectorPunctuation, .letterNumber: return true
    default: return isAlphanumeric
    }
  }

  /// 0 to 9.
  var isDigit: Bool { (48...57).contains(value) }

  /// `str.isprintable`: what `repr` writes as it is.
  var isPrintable: Bool {
    if isASCII { return (32...126).contains(value) }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }
}
