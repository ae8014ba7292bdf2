/// Cuts a template into tokens as Jinja's lexer does with `trim_blocks` and `lstrip_blocks`, both
/// on, as transformers sets them (jinja2/lexer.py, version 3.1).
struct Lexer {
  let source: SourceText
  var scalars: [Unicode.Scalar] { source.scalars }
  var position = 0
  private(set) var tokens: [Token] = []
  /// Brackets that are open: inside of them a tag does not end.
  private var closers: [Symbol] = []
  /// Whether what was read last ended a line.
  private var isLineStart = true

  static func tokens(_ source: SourceText) throws(TemplateError) -> [Token] {
    var lexer = Lexer(source: source)
    do throws(TemplateError) {
      try lexer.run()
    } catch {
      throw error.at(lexer.position, in: source)
    }
    return lexer.tokens
  }

  private init(source: SourceText) { self.source = source }

  mutating func add(_ kind: Token.Kind, at offset: Int) {
    tokens.append(Token(kind: kind, offset: offset))
  }

  private mutating func run() throws(TemplateError) {
    while position < scalars.count {
      let start = position
      guard let tag = nextTag(from: start) else {
        add(.data(source.text(start..<scalars.count)), at: start)
        position = scalars.count
        break
      }
      let kind = scalars[tag + 1]
      let sign: Unicode.Scalar? =
        tag + 2 < scalars.count && (scalars[tag + 2] == "-" || scalars[tag + 2] == "+")
        ? scalars[tag + 2] : nil
      let textEnd = strippedEnd(start..<tag, sign: sign, isOutput: kind == "{")
      if textEnd > start { add(.data(source.text(start..<textEnd)), at: start) }
      position = tag + 2 + (sign == nil ? 0 : 1)
      isLineStart = false
      switch kind {
      case "#": try skipComment(from: tag)
      case "%" where isRaw(): try raw(from: tag)
      default:
        add(kind == "{" ? .outputBegin : .blockBegin, at: tag)
        try tagTokens(isOutput: kind == "{", from: tag)
      }
    }
    add(.end, at: scalars.count)
  }

  private func nextTag(from start: Int) -> Int? {
    var index = start
    while index + 1 < scalars.count {
      if scalars[index] == "{", ["{", "%", "#"].contains(scalars[index + 1]) { return index }
      index += 1
    }
    return nil
  }

  /// Where text before a tag ends, after what the tag's sign or `lstrip_blocks` takes from it.
  private func strippedEnd(_ text: Range<Int>, sign: Unicode.Scalar?, isOutput: Bool) -> Int {
    var end = text.upperBound
    if sign == "-" {
      while end > text.lowerBound, scalars[end - 1].isPythonSpace { end -= 1 }
      return end
    }
    guard sign == nil, !isOutput else { return end }
    while end > text.lowerBound, scalars[end - 1] != "\n" {
      guard scalars[end - 1].isPythonSpace else { return text.upperBound }
      end -= 1
    }
    return end > text.lowerBound || isLineStart ? end : text.upperBound
  }

  func matches(_ text: String, at index: Int) -> Bool {
    scalars[min(index, scalars.count)...].starts(with: text.unicodeScalars)
  }

  mutating func skipSpace() {
    while position < scalars.count, scalars[position].isPythonSpace { position += 1 }
  }

  /// Takes a tag's end here, with the white space that belongs to it: all after `-`, and one
  /// newline after the end of a block or comment.
  private mutating func takesEnd(_ end: String, trims: Bool) -> Bool {
    let start = position
    if matches("-" + end, at: position) {
      position += 1 + end.unicodeScalars.count
      skipSpace()
    } else if trims, matches("+" + end, at: position) {
      position += 1 + end.unicodeScalars.count
    } else if matches(end, at: position) {
      position += end.unicodeScalars.count
      if trims, position < scalars.count, scalars[position] == "\n" { position += 1 }
    } else {
      return false
    }
    isLineStart = position > start && scalars[position - 1] == "\n"
    return true
  }

  private mutating func skipComment(from tag: Int) throws(TemplateError) {
    while position < scalars.count {
      if takesEnd("#}", trims: true) { return }
      position += 1
    }
    position = tag
    throw TemplateError("a comment is not closed")
  }

  /// Whether `raw` stands here and the tag ends after it; then it is passed over.
  private mutating func isRaw() -> Bool {
    let start = position
    skipSpace()
    if matches("raw", at: position) {
      position += 3
      skipSpace()
      if takesEnd("%}", trims: false) { return true }
    }
    position = start
    return false
  }

  private mutating func raw(from tag: Int) throws(TemplateError) {
    let start = position
    while let begin = scalars[position...].indices.first(where: { matches("{%", at: $0) }) {
      position = begin + 2
      let sign = position < scalars.count ? scalars[position] : " "
      if sign == "-" || sign == "+" { position += 1 }
      skipSpace()
      if matches("endraw", at: position) {
        position += 6
        skipSpace()
        let isStart = isLineStart
        if takesEnd("%}", trims: true) {
          let after = isLineStart
          isLineStart = isStart
          let end = strippedEnd(
            start..<begin, sign: sign == "-" || sign == "+" ? sign : nil, isOutput: false)
          isLineStart = after
          if end > start { add(.data(source.text(start..<end)), at: start) }
          return
        }
      }
      position = begin + 2
    }
    position = tag
    throw TemplateError("a raw block is not closed")
  }

  private mutating func tagTokens(isOutput: Bool, from tag: Int) throws(TemplateError) {
    closers = []
    while true {
      let start = position
      if closers.isEmpty, takesEnd(isOutput ? "}}" : "%}", trims: !isOutput) {
        add(isOutput ? .outputEnd : .blockEnd, at: start)
        return
      }
      guard position < scalars.count else {
        position = tag
        throw TemplateError("a tag is not closed")
      }
      if scalars[position].isPythonSpace {
        skipSpace()
        continue
      }
      add(try token(), at: start)
    }
  }

  /// Opening brackets are remembered; closing ones must be the right ones.
  mutating func balance(_ symbol: Symbol) throws(TemplateError) {
    switch symbol {
    case .openParenthesis: closers.append(.closeParenthesis)
    case .openBracket: closers.append(.closeBracket)
    case .openBrace: closers.append(.closeBrace)
    case .closeParenthesis, .closeBracket, .closeBrace:
      guard let expected = closers.popLast() else {
        throw TemplateError("unexpected '\(symbol.rawValue)'")
      }
      guard expected == symbol else {
        throw TemplateError("expected '\(expected.rawValue)', found '\(symbol.rawValue)'")
      }
    default: break
    }
  }
}
