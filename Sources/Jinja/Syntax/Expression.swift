/// A template's expression, with where it stands and how deep it is.
final class Expression: Sendable {
  indirect enum Kind: Sendable {
    case literal(Literal)
    case name(String)
    case list([Expression])
    case tuple([Expression])
    case dictionary([(Expression, Expression)])
    case not(Expression)
    case sign(Expression, isNegative: Bool)
    case and(Expression, Expression)
    case or(Expression, Expression)
    /// `a < b <= c`
    case comparison(Expression, [(Comparison, Expression)])
    case arithmetic(Arithmetic, Expression, Expression)
    /// `~`
    case concatenation([Expression])
    case conditional(Expression, then: Expression, otherwise: Expression?)
    /// Without an operand where the filter is a block's.
    case filter(Expression?, String, Arguments)
    case test(Expression, String, Arguments)
    case attribute(Expression, String)
    case item(Expression, Expression)
    /// Stands as an item only.
    case slice(Expression?, Expression?, Expression?)
    case call(Expression, Arguments)
  }

  let kind: Kind
  let offset: Int
  let depth: Int

  /// Long chains make deep trees; their evaluation must fit a thread's stack.
  static let maximumDepth = 1000

  init(_ kind: Kind, at offset: Int) throws(TemplateError) {
    self.kind = kind
    self.offset = offset
    depth = 1 + (kind.parts.map(\.depth).max() ?? 0)
    guard depth <= Self.maximumDepth else { throw .tooDeep }
  }
}

extension Expression.Kind {
  /// The expressions inside, in the order in which Jinja visits them.
  var parts: [Expression] {
    switch self {
    case .literal, .name: []
    case .list(let items), .tuple(let items), .concatenation(let items): items
    case .dictionary(let members): members.flatMap { [$0.0, $0.1] }
    case .not(let operand), .sign(let operand, _), .attribute(let operand, _): [operand]
    case .and(let a, let b), .or(let a, let b), .arithmetic(_, let a, let b), .item(let a, let b):
      [a, b]
    case .comparison(let first, let others): [first] + others.map(\.1)
    case .conditional(let test, let then, let otherwise):
      [test, then] + (otherwise.map { [$0] } ?? [])
    case .filter(let operand, _, let arguments): (operand.map { [$0] } ?? []) + arguments.all
    case .test(let operand, _, let arguments), .call(let operand, let arguments):
      [operand] + arguments.all
    case .slice(let a, let b, let c): [a, b, c].compactMap(\.self)
    }
  }
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
  case isIn, isNotIn
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
  case power = "**"
}

/// A call's arguments.
struct Arguments: Sendable {
  var positional: [Expression] = []
  var named: [(String, Expression)] = []
  /// `*list`
  var spread: Expression?
  /// `**mapping`
  var namedSpread: Expression?

  var all: [Expression] {
    positional + named.map(\.1) + [spread, namedSpread].compactMap(\.self)
  }
}
