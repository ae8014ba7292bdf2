/// Cuts a template into text, `{{ … }}` and `{% … %}`, with the whitespace control of Jinja's
/// `trim_blocks` and `lstrip_blocks`, both on, as transformers sets them.
struct JinjaLexer {
  enum Segment {
    case text(String)
    case output([JinjaToken])
    case block([JinjaToken])
  }

  private let source: [Unicode.Scalar]
  private var position = 0
  private var segments: [Segment] = []
  private var text: [Unicode.Scalar] = []

  static func segments(_ source: String) throws(JinjaError) -> [Segment] {
    var lexer = JinjaLexer(source: Array(source.unicodeScalars))
    try lexer.run()
    return lexer.segments
  }

  private init(source: [Unicode.Scalar]) {
    // Jinja reads every kind of newline as one.
    var normalised: [Unicode.Scalar] = []
    for scalar in source {
      if scalar == "\n", normalised.last == "\r" { normalised.removeLast() }
      normalised.append(scalar)
    }
    self.source = normalised.map { $0 == "\r" ? "\n" : $0 }
    // One newline at the very end is not part of a template.
    if self.source.last == "\n" { trailing = 1 }
  }

  private var trailing = 0
  private var end: Int { source.count - trailing }

  private mutating func run() throws(JinjaError) {
    while position < end {
      guard source[position] == "{", position + 1 < end,
        "{%#".unicodeScalars.contains(source[position + 1])
      else {
        text.append(source[position])
        position += 1
        continue
      }
      try tag(source[position + 1])
    }
    flush()
  }

  private mutating func tag(_ kind: Unicode.Scalar) throws(JinjaError) {
    let start = position
    position += 2
    let control = position < end ? source[position] : " "
    if control == "-" {
      while let last = text.last, last.properties.isWhitespace { text.removeLast() }
      position += 1
    } else if control == "+" {
      position += 1
    } else if kind != "{" {
      stripLine(before: start)
    }
    flush()
    var tokens: [JinjaToken] = []
    if kind == "#" {
      while position < end, !closes("#") { position += 1 }
    } else {
      var scanner = JinjaTokenScanner(source: source, position: position, end: end)
      tokens = try scanner.tokens(until: kind == "{" ? "}" : "%")
      position = scanner.position
    }
    guard position < end else { throw JinjaError("a tag is not closed") }
    let trimsAll = source[position] == "-"
    let keeps = source[position] == "+"
    position += trimsAll || keeps ? 3 : 2
    if trimsAll {
      while position < end, source[position].properties.isWhitespace { position += 1 }
    } else if kind != "{", !keeps, position < end, source[position] == "\n" {
      position += 1
    }
    if kind != "#" { segments.append(kind == "{" ? .output(tokens) : .block(tokens)) }
  }

  private func closes(_ kind: Unicode.Scalar) -> Bool {
    var index = position
    if source[index] == "-" || source[index] == "+" { index += 1 }
    return index + 1 < end && source[index] == kind && source[index + 1] == "}"
  }

  /// `lstrip_blocks`: spaces between the line's beginning and a block go.
  private mutating func stripLine(before start: Int) {
    var index = start
    while index > 0, source[index - 1] == " " || source[index - 1] == "\t" { index -= 1 }
    guard index == 0 || source[index - 1] == "\n" else { return }
    let spaces = min(start - index, text.count)
    text.removeLast(spaces)
  }

  private mutating func flush() {
    if !text.isEmpty { segments.append(.text(String(String.UnicodeScalarView(text)))) }
    text = []
  }
}

/// A token of an expression or statement.
enum JinjaToken: Equatable, Sendable {
  case name(String)
  case string(String)
  case integer(Int)
  case double(Double)
  case symbol(String)
}

/// Scans the inside of a tag.
struct JinjaTokenScanner {
  let source: [Unicode.Scalar]
  var position: Int
  let end: Int

  private static let symbols = [
    "==", "!=", "<=", ">=", "//", "**", "+", "-", "*", "/", "%", "~", "(", ")", "[", "]", "{", "}",
    "<", ">", "=", "|", ".", ",", ":",
  ].map { Array($0.unicodeScalars) }

  /// Everything up to `-%}`, `%}` and the like, on which `position` then stands.
  mutating func tokens(until close: Unicode.Scalar) throws(JinjaError) -> [JinjaToken] {
    var tokens: [JinjaToken] = []
    var depth = 0
    while position < end {
      // A tree as deep as its tag is long must still fit the stack.
      guard tokens.count < 2000 else { throw JinjaError("a tag has too many words") }
      let scalar = source[position]
      if scalar.properties.isWhitespace {
        position += 1
      } else if depth == 0, isClose(close) {
        return tokens
      } else if scalar == "\"" || scalar == "'" {
        tokens.append(.string(try string(scalar)))
      } else if scalar.isASCII, scalar.isNumber {
        tokens.append(try number())
      } else if scalar.isLetter || scalar == "_" {
        let start = position
        while position < end, source[position].isWord { position += 1 }
        tokens.append(.name(String(String.UnicodeScalarView(source[start..<position]))))
      } else if let symbol = Self.symbols.first(where: { source[position..<end].starts(with: $0) })
      {
        if symbol == ["{"] { depth += 1 }
        if symbol == ["}"] { depth -= 1 }
        position += symbol.count
        tokens.append(.symbol(String(String.UnicodeScalarView(symbol))))
      } else {
        throw JinjaError("unexpected character '\(scalar)' in a tag")
      }
    }
    throw JinjaError("a tag is not closed")
  }

  private func isClose(_ close: Unicode.Scalar) -> Bool {
    let index = source[position] == "-" || source[position] == "+" ? position + 1 : position
    return index + 1 < end && source[index] == close && source[index + 1] == "}"
  }

  private mutating func string(_ mark: Unicode.Scalar) throws(JinjaError) -> String {
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
    throw JinjaError("a string is not closed")
  }

  private mutating func number() throws(JinjaError) -> JinjaToken {
    let start = position
    func digits() -> Int {
      var index = position
      while index < end, source[index].isASCII, source[index].isNumber { index += 1 }
      return index
    }
    position = digits()
    var isDouble = false
    if position + 1 < end, source[position] == ".", source[position + 1].isASCII,
      source[position + 1].isNumber
    {
      isDouble = true
      position += 1
      position = digits()
    }
    let text = String(String.UnicodeScalarView(source[start..<position]))
    if isDouble, let value = Double(text) { return .double(value) }
    if let value = Int(text) { return .integer(value) }
    throw JinjaError("the number \(text) is out of range")
  }
}
