/// A template's statements.
indirect enum Statement: Sendable {
  case text(String)
  case output(Expression)
  case branch([(condition: Expression, body: [Statement])], otherwise: [Statement])
  case loop(
    targets: [String], over: Expression, where: Expression?, body: [Statement],
    otherwise: [Statement])
  case set([String], Expression)
  case setAttribute(String, String, Expression)
  case setBlock(String, [Statement])
  case macro(Macro)
  case exit(LoopExit)
}

/// `break` and `continue`.
enum LoopExit: Sendable {
  case breaking, continuing
}

/// A macro's definition.
package struct Macro: Sendable {
  let name: String
  let parameters: [(name: String, standard: Expression?)]
  let body: [Statement]
}
