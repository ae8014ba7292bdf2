/// A token of a template and where it begins.
struct Token: Sendable {
  enum Kind: Equatable, Sendable {
    /// Text between tags.
    case data(String)
    case blockBegin, blockEnd, outputBegin, outputEnd
    case name(String)
    case string(String)
    case integer(Int)
    case double(Double)
    case symbol(Symbol)
    case end
  }

  let kind: Kind
  let offset: Int

  /// The token in words, for messages.
  var words: String {
    switch kind {
    case .data: "text"
    case .blockBegin: "'{%'"
    case .blockEnd: "the tag's end"
    case .outputBegin: "'{{'"
    case .outputEnd: "the tag's end"
    case .name(let name): "'\(name)'"
    case .string: "a string"
    case .integer, .double: "a number"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .end: "the template's end"
    }
  }
}

/// Operators and brackets. Where one begins with another, the longer stands first.
enum Symbol: String, CaseIterable, Sendable {
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case doubleSlash = "//"
  case doubleStar = "**"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case percent = "%"
  case tilde = "~"
  case openParenthesis = "("
  case closeParenthesis = ")"
  case openBracket = "["
  case closeBracket = "]"
  case openBrace = "{"
  case closeBrace = "}"
  case less = "<"
  case greater = ">"
  case assign = "="
  case pipe = "|"
  case dot = "."
  case comma = ","
  case colon = ":"
  case semicolon = ";"
}
