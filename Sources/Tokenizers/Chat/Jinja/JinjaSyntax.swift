/// A template's statements.
indirect enum JinjaStatement: Sendable {
  case text(String)
  case output(JinjaExpression)
  case branch([(condition: JinjaExpression, body: [JinjaStatement])], otherwise: [JinjaStatement])
  case loop(
    targets: [String], over: JinjaExpression, where: JinjaExpression?, body: [JinjaStatement],
    otherwise: [JinjaStatement])
  case set([String], JinjaExpression)
  case setAttribute(String, String, JinjaExpression)
  case setBlock(String, [JinjaStatement])
  case macro(JinjaMacro)
  case exit(JinjaLoopExit)
}

/// `break` and `continue`.
enum JinjaLoopExit: Sendable {
  case breaking, continuing
}

/// A macro's definition.
struct JinjaMacro: Sendable {
  let name: String
  let parameters: [(name: String, standard: JinjaExpression?)]
  let body: [JinjaStatement]
}

/// A template's expressions.
indirect enum JinjaExpression: Sendable {
  case literal(JinjaValue)
  case name(String)
  case list([JinjaExpression])
  case dictionary([(JinjaExpression, JinjaExpression)])
  case not(JinjaExpression)
  case negate(JinjaExpression)
  case binary(String, JinjaExpression, JinjaExpression)
  case conditional(JinjaExpression, then: JinjaExpression, otherwise: JinjaExpression?)
  case filter(JinjaExpression, String, JinjaArguments)
  case test(JinjaExpression, String, [JinjaExpression], negated: Bool)
  case attribute(JinjaExpression, String)
  case item(JinjaExpression, JinjaExpression)
  case slice(JinjaExpression, JinjaExpression?, JinjaExpression?, JinjaExpression?)
  case call(JinjaExpression, JinjaArguments)
}

/// A call's arguments.
struct JinjaArguments: Sendable {
  var positional: [JinjaExpression] = []
  var named: [(String, JinjaExpression)] = []
}
