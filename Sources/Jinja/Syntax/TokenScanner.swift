/// Scans the inside of a tag.
struct TokenScanner {
  let source: [Unicode.Scalar]
  var position: Int
  let end: Int

  private static let symbols = Symbol.allCases.map { ($0, Array($0.rawValue.unicodeScalars)) }

  /// Everything up to `-%}`, `%}` and the like, on which `position` then stands.
  mutating func tokens(until close: Unicode.Scalar) throws(TemplateError) -> [Token] {
    var tokens: [Token] = []
    var depth = 0
    while position < end {
      // A tree as deep as its tag is long must still fit the stack.
      guard tokens.count < 2000 else { throw TemplateError("a tag has too many words") }
      let scalar = source[position]
      if scalar.properties.isWhitespace {
        position += 1
      } else if depth == 0, isClose(close) {
        return tokens
      } else if scalar == "\"" || scalar == "'" {
        tokens.append(.string(try string(scalar)))
      } else if scalar.isDigit {
        tokens.append(try number())
      } else if scalar.isLetter || scalar == "_" {
        let start = position
        while position < end, source[position].continuesName { position += 1 }
        tokens.append(.name(String(String.UnicodeScalarView(source[start..<position]))))
      } else if let (symbol, scalars) = Self.symbols.first(where: {
        source[position..<end].starts(with: $0.1)
      }) {
        if symbol == .openBrace { depth += 1 }
        if symbol == .closeBrace { depth -= 1 }
        position += scalars.count
        tokens.append(.symbol(symbol))
      } else {
        throw TemplateError("unexpected character '\(scalar)' in a tag")
      }
    }
    throw TemplateError("a tag is not closed")
  }

  private func isClose(_ close: Unicode.Scalar) -> Bool {
    let index = source[position] == "-" || source[position] == "+" ? position + 1 : position
    return index + 1 < end && source[index] == close && source[index + 1] == "}"
  }

  private mutating func string(_ mark: Unicode.Scalar) throws(TemplateError) -> String {
    position += 1
    var text = String.UnicodeScalarView()
    while position < end {
      let scalar = source[position]
      position += 1
      if scalar == mark { return String(text) }
      guard scalar == "\\", position < end else {
        text.append(scalar)
        continue
      }
      let escaped = source[position]
      position += 1
      switch escaped {
      case "n": text.append("\n")
      case "t": text.append("\t")
      case "r": text.append("\r")
      case "\\", "'", "\"": text.append(escaped)
      default:
        text.append("\\")
        text.append(escaped)
      }
    }
    throw TemplateError("a string is not closed")
  }

  private mutating func number() throws(TemplateError) -> Token {
    let start = position
    func digits() -> Int {
      var index = position
      while index < end, source[index].isDigit { index += 1 }
      return index
    }
    position = digits()
    var isDouble = false
    if position + 1 < end, source[position] == ".", source[position + 1].isDigit {
      isDouble = true
      position += 1
      position = digits()
    }
    let text = String(String.UnicodeScalarView(source[start..<position]))
    if isDouble, let value = Double(text) { return .double(value) }
    if let value = Int(text) { return .integer(value) }
    throw TemplateError("the number \(text) is out of range")
  }
}
