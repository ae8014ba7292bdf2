extension ExpressionParser {
  mutating func primary() throws(TemplateError) -> Expression {
    let token = current
    position += 1
    switch token.kind {
    case .string(var text):
      while case .string(let more) = current.kind {
        text += more
        position += 1
      }
      return try Expression(.literal(.string(text)), at: token.offset)
    case .integer(let value): return try Expression(.literal(.integer(value)), at: token.offset)
    case .double(let value): return try Expression(.literal(.double(value)), at: token.offset)
    case .name("true"), .name("True"): return try Expression(.literal(.bool(true)), at: token.offset)
    case .name("false"), .name("False"):
      return try Expression(.literal(.bool(false)), at: token.offset)
    case .name("none"), .name("None"): return try Expression(.literal(.none), at: token.offset)
    case .name(let name): return try Expression(.name(name), at: token.offset)
    case .symbol(.openParenthesis):
      let value = try nested { parser throws(TemplateError) in
        try parser.tuple(inParentheses: true)
      }
      try expect(.closeParenthesis)
      return value
    case .symbol(.openBracket):
      return try Expression(.list(try items(until: .closeBracket)), at: token.offset)
    case .symbol(.openBrace): return try dictionary(from: token.offset)
    default:
      position -= 1
      throw unexpected("an expression")
    }
  }

  private mutating func dictionary(from start: Int) throws(TemplateError) -> Expression {
    var members: [(Expression, Expression)] = []
    while !isAt(.closeBrace) {
      if !members.isEmpty { try expect(.comma) }
      if isAt(.closeBrace) { break }
      let key = try expression()
      try expect(.colon)
      members.append((key, try expression()))
    }
    try expect(.closeBrace)
    return try Expression(.dictionary(members), at: start)
  }

  private mutating func items(until close: Symbol) throws(TemplateError) -> [Expression] {
    var items: [Expression] = []
    while !isAt(close) {
      if !items.isEmpty { try expect(.comma) }
      if isAt(close) { break }
      items.append(try expression())
    }
    try expect(close)
    return items
  }

  /// Items, attributes and calls.
  mutating func postfix(_ value: Expression) throws(TemplateError) -> Expression {
    var value = value
    while true {
      let start = offset
      if takes(.dot) {
        if case .integer(let index) = current.kind {
          value = try Expression(
            .item(value, try Expression(.literal(.integer(index)), at: offset)), at: start)
          position += 1
        } else {
          value = try Expression(.attribute(value, try name()), at: start)
        }
      } else if takes(.openBracket) {
        value = try Expression(.item(value, try subscripted(from: start)), at: start)
      } else if isAt(.openParenthesis) {
        value = try Expression(.call(value, try arguments()), at: start)
      } else {
        return value
      }
    }
  }

  mutating func filtersAndTests(_ value: Expression) throws(TemplateError) -> Expression {
    var value = value
    while true {
      let start = offset
      if isAt(.pipe) {
        value = try filters(of: value)
      } else if takes(name: "is") {
        value = try test(of: value, from: start)
      } else if isAt(.openParenthesis) {
        value = try Expression(.call(value, try arguments()), at: start)
      } else {
        return value
      }
    }
  }

  /// `| a | b(c)`
  ///
  /// - Parameter startsWithName: the first one has no bar in front, as in `{% filter a %}`.
  mutating func filters(
    of value: Expression?, startsWithName: Bool = false
  ) throws(TemplateError) -> Expression {
    var value = value
    var hasBar = !startsWithName
    while isAt(.pipe) || !hasBar {
      if hasBar { position += 1 }
      hasBar = true
      let start = offset
      let name = try dottedName()
      let given = isAt(.openParenthesis) ? try arguments() : Arguments()
      value = try Expression(.filter(value, name, given), at: start)
    }
    guard let value else { throw unexpected("a filter") }
    return value
  }

  private mutating func dottedName() throws(TemplateError) -> String {
    var name = try name()
    while takes(.dot) { name += "." + (try self.name()) }
    return name
  }

  private mutating func test(
    of value: Expression, from start: Int
  ) throws(TemplateError) -> Expression {
    let isNegated = takes(name: "not")
    let name = try dottedName()
    var given = Arguments()
    switch current.kind {
    case .symbol(.openParenthesis): given = try arguments()
    case .name("else"), .name("or"), .name("and"): break
    case .name("is"): throw TemplateError("tests cannot be chained with 'is'")
    case .name, .string, .integer, .double, .symbol(.openBracket), .symbol(.openBrace):
      let argument = try nested { parser throws(TemplateError) in
        try parser.postfix(try parser.primary())
      }
      given.positional = [argument]
    default: break
    }
    let test = try Expression(.test(value, name, given), at: start)
    return isNegated ? try Expression(.not(test), at: start) : test
  }

  /// What stands in brackets, after the opening one.
  private mutating func subscripted(from start: Int) throws(TemplateError) -> Expression {
    var parts: [Expression] = []
    while !isAt(.closeBracket) {
      if !parts.isEmpty { try expect(.comma) }
      parts.append(try slice())
    }
    try expect(.closeBracket)
    if parts.count == 1 { return parts[0] }
    for part in parts {
      if case .slice = part.kind { throw TemplateError("a slice among others is not supported") }
    }
    return try Expression(.tuple(parts), at: start)
  }

  private mutating func slice() throws(TemplateError) -> Expression {
    let start = offset
    var bounds: [Expression?] = []
    if takes(.colon) {
      bounds = [nil]
    } else {
      let value = try expression()
      guard takes(.colon) else { return value }
      bounds = [value]
    }
    func ends() -> Bool { isAt(.closeBracket) || isAt(.comma) }
    bounds.append(isAt(.colon) || ends() ? nil : try expression())
    let hasStep = takes(.colon)
    let step = hasStep && !ends() ? try expression() : nil
    return try Expression(.slice(bounds[0], bounds[1], step), at: start)
  }

  private mutating func arguments() throws(TemplateError) -> Arguments {
    try nested { parser throws(TemplateError) in try parser.argumentList() }
  }

  private mutating func argumentList() throws(TemplateError) -> Arguments {
    try expect(.openParenthesis)
    var given = Arguments()
    var isFirst = true
    while !isAt(.closeParenthesis) {
      if !isFirst {
        try expect(.comma)
        if isAt(.closeParenthesis) { break }
      }
      isFirst = false
      let problem = TemplateError("arguments in an order that is not allowed")
      if takes(.star) {
        guard given.spread == nil, given.namedSpread == nil else { throw problem }
        given.spread = try expression()
      } else if takes(.doubleStar) {
        guard given.namedSpread == nil else { throw problem }
        given.namedSpread = try expression()
      } else if case .name(let name) = current.kind, isNext(.symbol(.assign)) {
        guard given.namedSpread == nil else { throw problem }
        guard !given.named.contains(where: { $0.0 == name }) else {
          throw TemplateError("the argument '\(name)' is given twice")
        }
        position += 2
        given.named.append((name, try expression()))
      } else {
        guard given.named.isEmpty, given.spread == nil, given.namedSpread == nil else {
          throw problem
        }
        given.positional.append(try expression())
      }
    }
    try expect(.closeParenthesis)
    return given
  }
}
