/// The characters of names and numbers.
extension Unicode.Scalar {
  /// A letter of any script, as in Python's `isalpha`; names begin with one, or with `_`.
  var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Letters, marks, numbers, and connectors like `_`.
  var continuesName: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .connectorPunctuation, .decimalNumber,
      .letterNumber, .otherNumber:
      true
    default: isLetter
    }
  }

  /// 0 to 9.
  var isDigit: Bool { (48...57).contains(value) }
}
