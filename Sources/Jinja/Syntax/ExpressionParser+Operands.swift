extension ExpressionParser {
  mutating func primary() throws(TemplateError) -> Expression {
    guard let token = current else { throw unexpected("an expression") }
    position += 1
    switch token {
    case .string(var text):
      while case .string(let more)? = current {
        text += more
        position += 1
      }
      return .literal(.string(text))
    case .integer(let value): return .literal(.integer(value))
    case .double(let value): return .literal(.double(value))
    case .name("true"), .name("True"): return .literal(.bool(true))
    case .name("false"), .name("False"): return .literal(.bool(false))
    case .name("none"), .name("None"): return .literal(.none)
    case .name(let name): return .name(name)
    case .symbol(.openParenthesis):
      if takes(.closeParenthesis) { return .list([]) }
      var items = [try expression()]
      var isTuple = false
      while takes(.comma) {
        isTuple = true
        if isAt(.closeParenthesis) { break }
        items.append(try expression())
      }
      try expect(.closeParenthesis)
      return isTuple ? .list(items) : items[0]
    case .symbol(.openBracket): return .list(try items(until: .closeBracket))
    case .symbol(.openBrace):
      var members: [(Expression, Expression)] = []
      while !takes(.closeBrace) {
        let key = try expression()
        try expect(.colon)
        members.append((key, try expression()))
        guard takes(.comma) || isAt(.closeBrace) else { throw unexpected("',' or '}'") }
      }
      return .dictionary(members)
    default:
      position -= 1
      throw unexpected("an expression")
    }
  }

  private mutating func items(until close: Symbol) throws(TemplateError) -> [Expression] {
    var items: [Expression] = []
    while !takes(close) {
      items.append(try expression())
      guard takes(.comma) || isAt(close) else { throw unexpected("',' or '\(close.rawValue)'") }
    }
    return items
  }

  mutating func postfix(_ value: Expression) throws(TemplateError) -> Expression {
    var value = value
    var length = 0
    while true {
      // Long chains make deep trees.
      length += 1
      guard length <= StatementParser.maximumDepth else { throw .tooDeep }
      if takes(.dot) {
        if case .integer(let index)? = current {
          position += 1
          value = .item(value, .literal(.integer(index)))
        } else {
          value = .attribute(value, try name())
        }
      } else if takes(.openBracket) {
        value = try subscripted(value)
      } else if takes(.openParenthesis) {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  mutating func filtersAndTests(
    _ value: Expression
  ) throws(TemplateError) -> Expression {
    var value = value
    var length = 0
    while true {
      length += 1
      guard length <= StatementParser.maximumDepth else { throw .tooDeep }
      if takes(.pipe) {
        let name = try name()
        value = .filter(value, name, takes(.openParenthesis) ? try arguments() : Arguments())
        value = try postfix(value)
      } else if takesName("is") {
        let negated = takesName("not")
        let name = try name()
        value = .test(value, name, try testArguments(), negated: negated)
      } else {
        return value
      }
    }
  }

  /// A test's argument may stand without parentheses: `is divisibleby 3`.
  private mutating func testArguments() throws(TemplateError) -> [Expression] {
    if takes(.openParenthesis) { return try items(until: .closeParenthesis) }
    switch current {
    case .string?, .integer?, .double?: return [try primary()]
    case .name(let name)?
    where !["and", "or", "not", "if", "else", "in", "is", "recursive"].contains(name):
      return [try postfix(try primary())]
    default: return []
    }
  }

  private mutating func subscripted(
    _ value: Expression
  ) throws(TemplateError) -> Expression {
    var parts: [Expression?] = [nil]
    while !takes(.closeBracket) {
      if takes(.colon) {
        parts.append(nil)
      } else {
        guard case .none = parts[parts.count - 1] else { throw unexpected("']'") }
        parts[parts.count - 1] = try expression()
      }
      guard parts.count <= 3 else { throw TemplateError("a slice has at most three parts") }
    }
    if parts.count == 1 {
      guard let index = parts[0] else { throw TemplateError("an empty subscript") }
      return .item(value, index)
    }
    return .slice(value, parts[0], parts[1], parts.count > 2 ? parts[2] : nil)
  }

  private mutating func arguments() throws(TemplateError) -> Arguments {
    var arguments = Arguments()
    while !takes(.closeParenthesis) {
      if case .name(let name)? = current, position + 1 < tokens.count,
        tokens[position + 1] == .symbol(.assign)
      {
        position += 2
        arguments.named.append((name, try expression()))
      } else {
        arguments.positional.append(try expression())
      }
      guard takes(.comma) || isAt(.closeParenthesis) else { throw unexpected("',' or ')'") }
    }
    return arguments
  }
}
