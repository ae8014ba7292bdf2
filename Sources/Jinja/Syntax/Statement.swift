/// A part of a template's text, or a `{% … %}` with what belongs to it.
indirect enum Statement: Sendable {
  case text(String)
  case output([Expression])
  case branch([Branch], otherwise: [Statement])
  case loop(Loop)
  case set(Target, Expression, Int)
  case setBlock(Target, filter: Expression?, [Statement], Frame, Int)
  case with([(Target, Expression)], [Statement], Frame)
  case filterBlock(Expression, [Statement], Frame)
  case macro(Macro)
  /// The macro is the block, which the called one knows as `caller`.
  case callBlock(Expression, Macro)
  /// `generation`: its body is a macro that is called at once.
  case generation(Macro)
  case exit(LoopExit)
}

/// A condition and what runs where it holds.
struct Branch: Sendable {
  let condition: Expression
  let body: [Statement]
}

/// How a loop's body ends early.
enum LoopExit: Sendable {
  case breaking, continuing
}

/// What is assigned to.
indirect enum Target: Sendable {
  case name(String)
  /// A namespace's member.
  case attribute(String, String)
  case tuple([Target])

  /// The plain names.
  var names: [String] {
    switch self {
    case .name(let name): [name]
    case .attribute: []
    case .tuple(let parts): parts.flatMap(\.names)
    }
  }
}

/// A `for`.
final class Loop: Sendable {
  let target: Target
  let iterable: Expression
  let condition: Expression?
  let isRecursive: Bool
  let body: [Statement]
  let otherwise: [Statement]
  let offset: Int
  let bodyFrame: Frame
  let conditionFrame: Frame
  let otherwiseFrame: Frame
  /// Whether the body speaks of `loop`.
  let knowsLoop: Bool

  init(
    target: Target, iterable: Expression, condition: Expression?, isRecursive: Bool,
    body: [Statement], otherwise: [Statement], at offset: Int
  ) {
    self.target = target
    self.iterable = iterable
    self.condition = condition
    self.isRecursive = isRecursive
    self.body = body
    self.otherwise = otherwise
    self.offset = offset
    knowsLoop = isRecursive || NameSearch.loads(of: ["loop"], in: body).contains("loop")
    var frame = Frame()
    if knowsLoop { frame.declare("loop") }
    frame.declare(target)
    frame.visit(body)
    bodyFrame = frame
    var test = Frame()
    test.declare(target)
    if let condition { test.visit(condition) }
    conditionFrame = test
    var other = Frame()
    other.visit(otherwise)
    otherwiseFrame = other
  }
}

/// A macro, or a block that a macro calls.
final class Macro: Sendable {
  struct Parameter: Sendable {
    let name: String
    let standard: Expression?
  }

  /// Nil for a block's.
  let name: String?
  let parameters: [Parameter]
  let body: [Statement]
  let frame: Frame
  /// Whether the body speaks of `caller`, `kwargs`, `varargs` without a parameter of that name.
  let takesCaller: Bool
  let takesNamed: Bool
  let takesMore: Bool

  init(
    name: String?, parameters: [Parameter], body: [Statement], at offset: Int
  ) throws(TemplateError) {
    self.name = name
    self.parameters = parameters
    self.body = body
    let names = Set(parameters.map(\.name))
    guard names.count == parameters.count else {
      throw TemplateError("two parameters of one name")
    }
    let special = NameSearch.loads(of: ["caller", "kwargs", "varargs"], in: body)
    // Jinja gives such a parameter a meaning that depends on its place.
    guard !names.contains("caller") else {
      throw TemplateError("a parameter called 'caller' is not supported")
    }
    takesCaller = special.contains("caller")
    takesNamed = special.contains("kwargs") && !names.contains("kwargs")
    takesMore = special.contains("varargs") && !names.contains("varargs")
    var frame = Frame()
    for parameter in parameters { frame.declare(parameter.name) }
    for (isSpecial, name) in [
      (takesCaller, "caller"), (takesNamed, "kwargs"), (takesMore, "varargs"),
    ] where isSpecial {
      frame.declare(name)
    }
    for parameter in parameters { parameter.standard.map { frame.visit($0) } }
    frame.visit(body)
    self.frame = frame
  }
}
