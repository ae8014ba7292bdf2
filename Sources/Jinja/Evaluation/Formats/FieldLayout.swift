/// How a formatted value fills its field.
struct FieldLayout {
  var width = 0
  var fill: Unicode.Scalar = " "
  /// `<`, `>`, `^`, or `=`: zeros between sign and digits.
  var align: Unicode.Scalar = ">"
  /// What goes before numbers that are not negative: nothing, `+` or a space.
  var plus = ""

  func padded(_ text: String, _ interpreter: Interpreter) throws(TemplateError) -> String {
    let missing = width - text.unicodeScalars.count
    guard missing > 0 else { return text }
    try interpreter.charge(text: missing * 4)
    func filled(_ count: Int) -> String { String(scalars: Array(repeating: fill, count: count)) }
    switch align {
    case "<": return text + filled(missing)
    case "^": return filled(missing / 2) + text + filled(missing - missing / 2)
    case "=":
      let sign = text.prefix { $0 == "-" || $0 == "+" || $0 == " " }
      return sign + filled(missing) + text.dropFirst(sign.count)
    default: return filled(missing) + text
    }
  }

  func signed(_ digits: String, isNegative: Bool) -> String { (isNegative ? "-" : plus) + digits }

  static let maximumWidth = 1 << 24
}

extension Interpreter {
  /// A float in digits, with its sign.
  func fixed(
    _ number: Double, _ precision: Int, _ layout: FieldLayout
  ) throws(TemplateError) -> String {
    guard precision <= 300 else { throw TemplateError("a precision of \(precision) digits") }
    guard number.isFinite else { throw TemplateError("a number that is not finite in a format") }
    let isNegative = number.sign == .minus
    return layout.signed(PythonNumber.fixed(number.magnitude, precision), isNegative: isNegative)
  }
}
