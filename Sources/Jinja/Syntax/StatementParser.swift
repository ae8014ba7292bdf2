/// Parses a template's statements.
struct StatementParser {
  private var segments: ArraySlice<Lexer.Segment>
  private var depth = 0

  /// Real templates nest a handful deep; hostile ones must not overflow the stack.
  static let maximumDepth = 64

  static func parse(_ source: String) throws(TemplateError) -> [Statement] {
    var parser = StatementParser(segments: try Lexer.segments(source)[...])
    let (statements, end) = try parser.body(until: [])
    precondition(end == nil)
    return statements
  }

  private init(segments: ArraySlice<Lexer.Segment>) { self.segments = segments }

  /// A block that ends others: its first word, and the parser of what follows it.
  private typealias End = (keyword: String, parser: ExpressionParser)

  /// Statements up to a block that begins with one of `ends`.
  private mutating func body(
    until ends: [String]
  ) throws(TemplateError) -> (statements: [Statement], end: End?) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw TemplateError("blocks are nested too deeply") }
    var statements: [Statement] = []
    while let segment = segments.popFirst() {
      switch segment {
      case .text(let text): statements.append(.text(text))
      case .output(let tokens):
        var parser = ExpressionParser(tokens)
        statements.append(.output(try parser.expression()))
        try parser.expectEnd()
      case .block(let tokens):
        var parser = ExpressionParser(tokens)
        let keyword = try parser.name()
        if ends.contains(keyword) { return (statements, (keyword, parser)) }
        statements += try statement(keyword, &parser)
      }
    }
    guard ends.isEmpty else { throw TemplateError("a block without its '\(ends.last ?? "")'") }
    return (statements, nil)
  }

  private mutating func statement(
    _ keyword: String, _ parser: inout ExpressionParser
  ) throws(TemplateError) -> [Statement] {
    switch keyword {
    case "if": return [try branch(parser)]
    case "for": return [try loop(&parser)]
    case "set": return [try set(&parser)]
    case "macro": return [try macro(&parser)]
    case "break", "continue":
      try parser.expectEnd()
      return [.exit(keyword == "break" ? .breaking : .continuing)]
    case "generation":
      // Marks the assistant's words for training; renders as if it were not there.
      return try body(until: ["endgeneration"]).statements
    default: throw TemplateError("the statement '\(keyword)' is not supported")
    }
  }

  private mutating func branch(_ first: ExpressionParser) throws(TemplateError) -> Statement {
    var parser = first
    var branches: [(condition: Expression, body: [Statement])] = []
    while true {
      let condition = try parser.expression()
      try parser.expectEnd()
      let (inside, end) = try body(until: ["elif", "else", "endif"])
      branches.append((condition, inside))
      guard let end else { throw TemplateError("an 'if' without its 'endif'") }
      switch end.keyword {
      case "elif": parser = end.parser
      case "else":
        return .branch(branches, otherwise: try body(until: ["endif"]).statements)
      default: return .branch(branches, otherwise: [])
      }
    }
  }

  private mutating func loop(
    _ parser: inout ExpressionParser
  ) throws(TemplateError) -> Statement {
    var targets = [try parser.name()]
    while parser.takes(.comma) { targets.append(try parser.name()) }
    guard parser.takesName("in") else { throw TemplateError("expected 'in' in a 'for'") }
    let iterable = try parser.withoutConditional()
    let condition = parser.takesName("if") ? try parser.expression() : nil
    guard !parser.takesName("recursive") else {
      throw TemplateError("recursive loops are not supported")
    }
    try parser.expectEnd()
    let (inside, end) = try body(until: ["else", "endfor"])
    var otherwise: [Statement] = []
    if end?.keyword == "else" { otherwise = try body(until: ["endfor"]).statements }
    return .loop(
      targets: targets, over: iterable, where: condition, body: inside, otherwise: otherwise)
  }

  private mutating func set(
    _ parser: inout ExpressionParser
  ) throws(TemplateError) -> Statement {
    var names = [try parser.name()]
    if parser.takes(.dot) {
      let attribute = try parser.name()
      guard parser.takes(.assign) else { throw TemplateError("expected '=' in a 'set'") }
      let value = try parser.tuple()
      try parser.expectEnd()
      return .setAttribute(names[0], attribute, value)
    }
    while parser.takes(.comma) { names.append(try parser.name()) }
    if parser.takes(.assign) {
      let value = try parser.tuple()
      try parser.expectEnd()
      return .set(names, value)
    }
    try parser.expectEnd()
    guard names.count == 1 else { throw TemplateError("expected '=' in a 'set'") }
    return .setBlock(names[0], try body(until: ["endset"]).statements)
  }

  private mutating func macro(
    _ parser: inout ExpressionParser
  ) throws(TemplateError) -> Statement {
    let name = try parser.name()
    var parameters: [(name: String, standard: Expression?)] = []
    guard parser.takes(.openParenthesis) else {
      throw TemplateError("expected '(' after a macro's name")
    }
    while !parser.takes(.closeParenthesis) {
      let parameter = try parser.name()
      parameters.append((parameter, parser.takes(.assign) ? try parser.expression() : nil))
      guard parser.takes(.comma) || parser.isAt(.closeParenthesis) else {
        throw TemplateError("expected ',' or ')'")
      }
    }
    try parser.expectEnd()
    return .macro(
      Macro(name: name, parameters: parameters, body: try body(until: ["endmacro"]).statements))
  }
}
