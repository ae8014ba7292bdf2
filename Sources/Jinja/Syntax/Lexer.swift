/// Cuts a template into text, `{{ … }}` and `{% … %}`, with the whitespace control of Jinja's
/// `trim_blocks` and `lstrip_blocks`, both on, as transformers sets them.
struct Lexer {
  enum Segment {
    case text(String)
    case output([Token])
    case block([Token])
  }

  private let source: [Unicode.Scalar]
  private var position = 0
  private var segments: [Segment] = []
  private var text: [Unicode.Scalar] = []

  static func segments(_ source: String) throws(TemplateError) -> [Segment] {
    var lexer = Lexer(source: Array(source.unicodeScalars))
    try lexer.run()
    return lexer.segments
  }

  private init(source: [Unicode.Scalar]) {
    // Jinja reads every kind of newline as one.
    var normalized: [Unicode.Scalar] = []
    for scalar in source {
      if scalar == "\n", normalized.last == "\r" { normalized.removeLast() }
      normalized.append(scalar)
    }
    self.source = normalized.map { $0 == "\r" ? "\n" : $0 }
    // One newline at the very end is not part of a template.
    if self.source.last == "\n" { trailing = 1 }
  }

  private var trailing = 0
  private var end: Int { source.count - trailing }

  private mutating func run() throws(TemplateError) {
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

  private mutating func tag(_ kind: Unicode.Scalar) throws(TemplateError) {
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
    var tokens: [Token] = []
    if kind == "#" {
      while position < end, !closes("#") { position += 1 }
    } else {
      var scanner = TokenScanner(source: source, position: position, end: end)
      tokens = try scanner.tokens(until: kind == "{" ? "}" : "%")
      position = scanner.position
    }
    guard position < end else { throw TemplateError("a tag is not closed") }
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
