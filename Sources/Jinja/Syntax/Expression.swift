/// A template's expressions.
indirect enum Expression: Sendable {
  case literal(Literal)
  case name(String)
  case list([Expression])
  case dictionary([(Expression, Expression)])
  case not(Expression)
  case negate(Expression)
  case and(Expression, Expression)
  case or(Expression, Expression)
  case comparison(Comparison, Expression, Expression)
  case arithmetic(Arithmetic, Expression, Expression)
  /// `~`
  case concatenation(Expression, Expression)
  case conditional(Expression, then: Expression, otherwise: Expression?)
  case filter(Expression, String, Arguments)
  case test(Expression, String, [Expression], negated: Bool)
  case attribute(Expression, String)
  case item(Expression, Expression)
  case slice(Expression, Expression?, Expression?, Expression?)
  case call(Expression, Arguments)
}

/// A value as it is written down.
enum Literal: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case double(Double)
  case string(String)
}

/// Operators whose result is true or false.
enum Comparison: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case isIn
}

/// Operators on numbers; some of them take texts and lists too.
enum Arithmetic: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  /// Rounded down.
  case floorDivide = "//"
  /// With the divisor's sign.
  case modulo = "%"
}

/// A call's arguments.
struct Arguments: Sendable {
  var positional: [Expression] = []
  var named: [(String, Expression)] = []
}
