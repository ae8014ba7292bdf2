/// Parses a template's statements.
struct JinjaParser {
  private var segments: ArraySlice<JinjaLexer.Segment>
  private var depth = 0

  /// Real templates nest a handful deep; hostile ones must not overflow the stack.
  static let maximumDepth = 64

  static func parse(_ source: String) throws(JinjaError) -> [JinjaStatement] {
    var parser = JinjaParser(segments: try JinjaLexer.segments(source)[...])
    let (statements, end) = try parser.body(until: [])
    precondition(end == nil)
    return statements
  }

  private init(segments: ArraySlice<JinjaLexer.Segment>) { self.segments = segments }

  /// Statements up to a block that starts with one of `ends`, which is returned.
  private mutating func body(
    until ends: [String]
  ) throws(JinjaError) -> ([JinjaStatement], JinjaExpressionParser?) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw JinjaError("blocks are nested too deeply") }
    var statements: [JinjaStatement] = []
    while let segment = segments.popFirst() {
      switch segment {
      case .text(let text): statements.append(.text(text))
      case .output(let tokens):
        var parser = JinjaExpressionParser(tokens)
        statements.append(.output(try parser.expression()))
        try parser.expectEnd()
      case .block(let tokens):
        var parser = JinjaExpressionParser(tokens)
        let keyword = try parser.name()
        if ends.contains(keyword) {
          parser.keyword = keyword
          return (statements, parser)
        }
        statements += try statement(keyword, &parser)
      }
    }
    guard ends.isEmpty else { throw JinjaError("a block without its '\(ends.last ?? "")'") }
    return (statements, nil)
  }

  private mutating func statement(
    _ keyword: String, _ parser: inout JinjaExpressionParser
  ) throws(JinjaError) -> [JinjaStatement] {
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
      return try body(until: ["endgeneration"]).0
    default: throw JinjaError("the statement '\(keyword)' is not supported")
    }
  }

  private mutating func branch(_ first: JinjaExpressionParser) throws(JinjaError) -> JinjaStatement
  {
    var parser = first
    var branches: [(condition: JinjaExpression, body: [JinjaStatement])] = []
    while true {
      let condition = try parser.expression()
      try parser.expectEnd()
      let (inside, end) = try body(until: ["elif", "else", "endif"])
      branches.append((condition, inside))
      guard let end else { throw JinjaError("an 'if' without its 'endif'") }
      switch end.keyword {
      case "elif": parser = end
      case "else":
        return .branch(branches, otherwise: try body(until: ["endif"]).0)
      default: return .branch(branches, otherwise: [])
      }
    }
  }

  private mutating func loop(_ parser: inout JinjaExpressionParser) throws(JinjaError)
    -> JinjaStatement
  {
    var targets = [try parser.name()]
    while parser.takes(",") { targets.append(try parser.name()) }
    guard parser.takesName("in") else { throw JinjaError("expected 'in' in a 'for'") }
    let iterable = try parser.withoutConditional()
    let condition = parser.takesName("if") ? try parser.expression() : nil
    guard !parser.takesName("recursive") else {
      throw JinjaError("recursive loops are not supported")
    }
    try parser.expectEnd()
    let (inside, end) = try body(until: ["else", "endfor"])
    var otherwise: [JinjaStatement] = []
    if end?.keyword == "else" { otherwise = try body(until: ["endfor"]).0 }
    return .loop(
      targets: targets, over: iterable, where: condition, body: inside, otherwise: otherwise)
  }

  private mutating func set(_ parser: inout JinjaExpressionParser) throws(JinjaError)
    -> JinjaStatement
  {
    var names = [try parser.name()]
    if parser.takes(".") {
      let attribute = try parser.name()
      guard parser.takes("=") else { throw JinjaError("expected '=' in a 'set'") }
      let value = try parser.tuple()
      try parser.expectEnd()
      return .setAttribute(names[0], attribute, value)
    }
    while parser.takes(",") { names.append(try parser.name()) }
    if parser.takes("=") {
      let value = try parser.tuple()
      try parser.expectEnd()
      return .set(names, value)
    }
    try parser.expectEnd()
    guard names.count == 1 else { throw JinjaError("expected '=' in a 'set'") }
    return .setBlock(names[0], try body(until: ["endset"]).0)
  }

  private mutating func macro(_ parser: inout JinjaExpressionParser) throws(JinjaError)
    -> JinjaStatement
  {
    let name = try parser.name()
    var parameters: [(name: String, standard: JinjaExpression?)] = []
    guard parser.takes("(") else { throw JinjaError("expected '(' after a macro's name") }
    while !parser.takes(")") {
      let parameter = try parser.name()
      parameters.append((parameter, parser.takes("=") ? try parser.expression() : nil))
      guard parser.takes(",") || parser.isAt(")") else { throw JinjaError("expected ',' or ')'") }
    }
    try parser.expectEnd()
    return .macro(
      JinjaMacro(name: name, parameters: parameters, body: try body(until: ["endmacro"]).0))
  }
}
