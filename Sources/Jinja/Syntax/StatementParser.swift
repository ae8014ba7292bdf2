/// Parses a whole template.
struct StatementParser {
  private var parser: ExpressionParser
  private var depth = 0
  /// Whether `break` and `continue` have a loop around them, macro by macro.
  private var loops = [0]

  static func parse(_ source: SourceText) throws(TemplateError) -> [Statement] {
    var parser = StatementParser(parser: ExpressionParser(try Lexer.tokens(source)))
    do throws(TemplateError) {
      let (statements, _) = try parser.statements(until: [])
      try NameCheck.check(statements)
      return statements
    } catch {
      throw error.at(parser.parser.offset, in: source)
    }
  }

  private init(parser: ExpressionParser) { self.parser = parser }

  /// Statements up to a tag that begins with one of `ends`, whose first word is taken.
  private mutating func statements(
    until ends: [String]
  ) throws(TemplateError) -> ([Statement], end: String) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ExpressionParser.maximumDepth else { throw .tooDeep }
    var statements: [Statement] = []
    while true {
      switch parser.current.kind {
      case .data(let text):
        parser.position += 1
        statements.append(.text(text))
      case .outputBegin:
        parser.position += 1
        statements.append(.output([try parser.tuple()]))
        try expectEnd(.outputEnd)
      case .blockBegin:
        parser.position += 1
        if case .name(let name) = parser.current.kind, ends.contains(name) {
          parser.position += 1
          return (statements, name)
        }
        statements.append(try statement())
        try expectEnd(.blockEnd)
      case .end:
        guard ends.isEmpty else {
          throw TemplateError("the template ends where '\(ends[0])' should be")
        }
        return (statements, "")
      default: throw parser.unexpected("text or a tag")
      }
    }
  }

  private mutating func expectEnd(_ kind: Token.Kind) throws(TemplateError) {
    guard parser.current.kind == kind else { throw parser.unexpected("the tag's end") }
    parser.position += 1
  }

  /// The body of a block whose opening tag ends here.
  private mutating func body(
    until ends: String...
  ) throws(TemplateError) -> ([Statement], end: String) {
    _ = parser.takes(.colon)
    try expectEnd(.blockEnd)
    return try statements(until: ends)
  }

  private mutating func statement() throws(TemplateError) -> Statement {
    guard case .name(let name) = parser.current.kind else { throw parser.unexpected("a tag's name") }
    let start = parser.offset
    parser.position += 1
    switch name {
    case "if": return try branch()
    case "for": return try loop(from: start)
    case "set": return try set(from: start)
    case "with": return try with()
    case "macro": return try macro(from: start)
    case "call": return try callBlock(from: start)
    case "filter":
      let filter = try parser.filters(of: nil, startsWithName: true)
      let body = try body(until: "endfilter").0
      var frame = Frame()
      frame.visit(body)
      frame.visit(filter)
      return .filterBlock(filter, body, frame)
    case "print":
      var expressions: [Expression] = []
      while parser.current.kind != .blockEnd {
        if !expressions.isEmpty { try parser.expect(.comma) }
        expressions.append(try parser.expression())
      }
      return .output(expressions)
    case "break", "continue":
      guard loops.last != 0 else { throw TemplateError("'\(name)' stands outside of a loop") }
      return .exit(name == "break" ? .breaking : .continuing)
    case "generation":
      return .generation(
        try Macro(
          name: nil, parameters: [], body: try macroBody(until: "endgeneration"), at: start))
    default:
      parser.position -= 1
      throw TemplateError("the tag '\(name)' is not supported")
    }
  }

  private mutating func branch() throws(TemplateError) -> Statement {
    var branches: [Branch] = []
    var otherwise: [Statement] = []
    while true {
      let condition = try parser.tuple(withConditional: false)
      let (body, end) = try body(until: "elif", "else", "endif")
      branches.append(Branch(condition: condition, body: body))
      guard branches.count <= Expression.maximumDepth else { throw .tooDeep }
      if end == "elif" { continue }
      if end == "else" { otherwise = try self.body(until: "endif").0 }
      return .branch(branches, otherwise: otherwise)
    }
  }

  private mutating func loop(from start: Int) throws(TemplateError) -> Statement {
    let target = try target(until: "in")
    guard parser.takes(name: "in") else { throw parser.unexpected("'in'") }
    let iterable = try parser.tuple(withConditional: false, until: "recursive")
    let condition = parser.takes(name: "if") ? try parser.expression() : nil
    let isRecursive = parser.takes(name: "recursive")
    loops[loops.count - 1] += 1
    let (body, end) = try body(until: "endfor", "else")
    loops[loops.count - 1] -= 1
    let otherwise = end == "else" ? try self.body(until: "endfor").0 : []
    return .loop(
      Loop(
        target: target, iterable: iterable, condition: condition, isRecursive: isRecursive,
        body: body, otherwise: otherwise, at: start))
  }

  private mutating func set(from start: Int) throws(TemplateError) -> Statement {
    let target = try target(withAttributes: true)
    if parser.takes(.assign) { return .set(target, try parser.tuple(), start) }
    let filter = parser.isAt(.pipe) ? try parser.filters(of: nil) : nil
    let body = try body(until: "endset").0
    var frame = Frame()
    frame.visit(body)
    return .setBlock(target, filter: filter, body, frame, start)
  }

  private mutating func with() throws(TemplateError) -> Statement {
    var members: [(Target, Expression)] = []
    while parser.current.kind != .blockEnd {
      if !members.isEmpty { try parser.expect(.comma) }
      let target = try target()
      try parser.expect(.assign)
      members.append((target, try parser.expression()))
    }
    let body = try body(until: "endwith").0
    var frame = Frame()
    for member in members { frame.declare(member.0) }
    frame.visit(body)
    return .with(members, body, frame)
  }

  private mutating func macro(from start: Int) throws(TemplateError) -> Statement {
    let name = try assignedName()
    let parameters = try parameters()
    return .macro(
      try Macro(
        name: name, parameters: parameters, body: try macroBody(until: "endmacro"), at: start))
  }

  private mutating func callBlock(from start: Int) throws(TemplateError) -> Statement {
    let parameters = parser.isAt(.openParenthesis) ? try parameters() : []
    let call = try parser.expression()
    guard case .call = call.kind else { throw TemplateError("'call' needs a call") }
    return .callBlock(
      call,
      try Macro(name: nil, parameters: parameters, body: try macroBody(until: "endcall"), at: start)
    )
  }

  /// A loop outside of a macro is none for its body.
  private mutating func macroBody(until end: String) throws(TemplateError) -> [Statement] {
    loops.append(0)
    defer { loops.removeLast() }
    return try body(until: end).0
  }

  private mutating func parameters() throws(TemplateError) -> [Macro.Parameter] {
    try parser.expect(.openParenthesis)
    var parameters: [Macro.Parameter] = []
    while !parser.isAt(.closeParenthesis) {
      if !parameters.isEmpty { try parser.expect(.comma) }
      let name = try assignedName()
      let standard = parser.takes(.assign) ? try parser.expression() : nil
      if standard == nil, parameters.last?.standard != nil {
        throw TemplateError("a parameter without a default after one with a default")
      }
      parameters.append(Macro.Parameter(name: name, standard: standard))
    }
    try parser.expect(.closeParenthesis)
    return parameters
  }

  // MARK: Targets

  private mutating func assignedName() throws(TemplateError) -> String {
    let name = try parser.name()
    guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
      throw TemplateError("cannot assign to '\(name)'")
    }
    return name
  }

  private mutating func target(
    until end: String? = nil, withAttributes: Bool = false
  ) throws(TemplateError) -> Target {
    var parts: [Target] = []
    var isTuple = false
    while true {
      if !parts.isEmpty { try parser.expect(.comma) }
      // As in an expression, a comma may come last.
      if let end, parser.isAt(name: end) { break }
      if parser.isAt(.closeParenthesis) || parser.current.kind == .blockEnd { break }
      parts.append(try onePart(withAttributes: withAttributes))
      guard parser.isAt(.comma) else { break }
      isTuple = true
    }
    guard isTuple || parts.count == 1 else { throw parser.unexpected("a name") }
    return isTuple ? .tuple(parts) : parts[0]
  }

  private mutating func onePart(withAttributes: Bool) throws(TemplateError) -> Target {
    if parser.takes(.openParenthesis) {
      depth += 1
      defer { depth -= 1 }
      guard depth <= ExpressionParser.maximumDepth else { throw .tooDeep }
      let inside = try target()
      try parser.expect(.closeParenthesis)
      return inside
    }
    let name = try assignedName()
    if withAttributes, parser.takes(.dot) { return .attribute(name, try parser.name()) }
    return .name(name)
  }
}
