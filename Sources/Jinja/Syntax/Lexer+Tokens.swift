extension Lexer {
  /// The token that begins here, inside of a tag.
  mutating func token() throws(TemplateError) -> Token.Kind {
    if let number = try number() { return number }
    let first = scalars[position]
    if first.isNameCharacter { return .name(try name()) }
    if first == "'" || first == "\"" { return .string(try string(closedBy: first)) }
    guard let symbol = Symbol.allCases.first(where: { matches($0.rawValue, at: position) }) else {
      throw TemplateError("a character that has no meaning here: '\(first)'")
    }
    try balance(symbol)
    position += symbol.rawValue.unicodeScalars.count
    return .symbol(symbol)
  }

  private mutating func name() throws(TemplateError) -> String {
    let start = position
    while position < scalars.count, scalars[position].isNameCharacter { position += 1 }
    // Python would compare such names in a normal form.
    guard scalars[start..<position].allSatisfy(\.isASCII) else {
      position = start
      throw TemplateError("names with characters beyond ASCII are not supported")
    }
    return source.text(start..<position)
  }

  // MARK: Numbers

  private mutating func number() throws(TemplateError) -> Token.Kind? {
    guard scalars[position].isDigit else { return nil }
    if position == 0 || scalars[position - 1] != ".", let value = double() {
      guard value.isFinite else { throw TemplateError("the number is out of range") }
      return .double(value)
    }
    return .integer(try integer())
  }

  private func at(_ index: Int) -> Unicode.Scalar? {
    index < scalars.count ? scalars[index] : nil
  }

  /// The end of `(\d+_)*\d+` from `index`; nil where no digit stands.
  private func digits(_ index: Int, _ isDigit: (Unicode.Scalar) -> Bool = \.isDigit) -> Int? {
    var end = index
    guard let first = at(index), isDigit(first) else { return nil }
    while let scalar = at(end) {
      if isDigit(scalar) {
        end += 1
      } else if scalar == "_", let next = at(end + 1), isDigit(next) {
        end += 2
      } else {
        break
      }
    }
    return end
  }

  private mutating func double() -> Double? {
    guard let whole = digits(position) else { return nil }
    var end = whole
    if at(end) == ".", let fraction = digits(end + 1) { end = fraction }
    if let mark = at(end), mark == "e" || mark == "E" {
      var exponent = end + 1
      if let sign = at(exponent), sign == "+" || sign == "-" { exponent += 1 }
      if let after = digits(exponent) { end = after }
    }
    guard end > whole else { return nil }
    let text = source.text(position..<end).filter { $0 != "_" }
    position = end
    return Double(text)
  }

  private mutating func integer() throws(TemplateError) -> Int {
    let start = position
    let radix =
      switch scalars[start] == "0" ? at(start + 1) : nil {
      case "b", "B": 2
      case "o", "O": 8
      case "x", "X": 16
      default: 10
      }
    if radix != 10 {
      func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && Character(scalar).hexDigitValue.map { $0 < radix } ?? false
      }
      let begin = at(start + 2) == "_" ? start + 3 : start + 2
      if let end = digits(begin, isDigit) {
        return try integer(start + 2..<end, radix: radix, end: end)
      }
    }
    // A number does not begin with 0, unless it is nothing but zeros.
    let end =
      scalars[start] == "0" ? digits(start) { $0 == "0" } : digits(start)
    return try integer(start..<(end ?? start + 1), radix: 10, end: end ?? start + 1)
  }

  private mutating func integer(
    _ range: Range<Int>, radix: Int, end: Int
  ) throws(TemplateError) -> Int {
    guard let value = Int(source.text(range).filter { $0 != "_" }, radix: radix) else {
      throw .outOfRange
    }
    position = end
    return value
  }

  // MARK: Strings

  private mutating func string(closedBy mark: Unicode.Scalar) throws(TemplateError) -> String {
    let start = position
    var text = String.UnicodeScalarView()
    position += 1
    while let scalar = at(position), scalar != mark {
      position += 1
      if scalar == "\\" { try escape(into: &text) } else { text.append(scalar) }
    }
    guard position < scalars.count else {
      position = start
      throw TemplateError("a string is not closed")
    }
    position += 1
    return String(text)
  }

  /// What follows a backslash, by Python's rules (`unicode-escape`).
  private mutating func escape(into text: inout String.UnicodeScalarView) throws(TemplateError) {
    guard let scalar = at(position) else { return }
    position += 1
    switch scalar {
    case "\n": break
    case "\\", "'", "\"": text.append(scalar)
    case "a": text.append("\u{7}")
    case "b": text.append("\u{8}")
    case "f": text.append("\u{C}")
    case "n": text.append("\n")
    case "r": text.append("\r")
    case "t": text.append("\t")
    case "v": text.append("\u{B}")
    case "x": text.append(try hexadecimal(2))
    case "u": text.append(try hexadecimal(4))
    case "U": text.append(try hexadecimal(8))
    case "N": throw TemplateError("\\N{…} in a string is not supported")
    case "0"..."7":
      var value = scalar.value - 48
      for _ in 0..<2 {
        guard let next = at(position), ("0"..."7").contains(next) else { break }
        value = value * 8 + next.value - 48
        position += 1
      }
      text.append(Unicode.Scalar(value) ?? " ")
    default:
      // Not an escape: the backslash stays.
      text.append("\\")
      if scalar.isASCII {
        text.append(scalar)
      } else {
        // Python has replaced the character by its own escape before, whose backslash pairs up.
        let digits = String(scalar.value, radix: 16)
        let (letter, width) =
          scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        let zeros = String(repeating: "0", count: width - digits.count)
        text.append(contentsOf: (letter + zeros + digits).unicodeScalars)
      }
    }
  }

  private mutating func hexadecimal(_ count: Int) throws(TemplateError) -> Unicode.Scalar {
    let digits = source.text(position..<min(position + count, scalars.count))
    guard digits.unicodeScalars.count == count,
      digits.unicodeScalars.allSatisfy({ $0.isASCII && Character($0).isHexDigit }),
      let value = UInt32(digits, radix: 16)
    else { throw TemplateError("an escape in a string needs \(count) hexadecimal digits") }
    guard let scalar = Unicode.Scalar(value) else {
      throw TemplateError("half of a surrogate pair in a string is not supported")
    }
    position += count
    return scalar
  }
}
