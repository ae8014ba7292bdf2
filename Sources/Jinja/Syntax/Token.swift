/// A token of an expression or statement.
enum Token: Equatable, Sendable {
  case name(String)
  case string(String)
  case integer(Int)
  case double(Double)
  case symbol(Symbol)
}

/// Operators and brackets. Where one begins with another, the longer stands first.
enum Symbol: String, CaseIterable, Sendable {
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case doubleSlash = "//"
  /// Known as a token only, for the error: no expression has powers.
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
}
