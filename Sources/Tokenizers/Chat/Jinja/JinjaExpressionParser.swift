/// Parses expressions by precedence climbing, in Jinja's order: if-else, or, and, not, comparisons
/// and `in`, + and -, ~, * / // %, unary minus, **, then filters, tests, items and calls.
struct JinjaExpressionParser {
  private let tokens: [JinjaToken]
  private var position = 0
  private var depth = 0
  /// The word that began the block.
  var keyword = ""

  init(_ tokens: [JinjaToken]) { self.tokens = tokens }

  private var current: JinjaToken? { position < tokens.count ? tokens[position] : nil }

  func isAt(_ symbol: String) -> Bool { current == .symbol(symbol) }

  mutating func takes(_ symbol: String) -> Bool {
    guard isAt(symbol) else { return false }
    position += 1
    return true
  }

  mutating func takesName(_ name: String) -> Bool {
    guard current == .name(name) else { return false }
    position += 1
    return true
  }

  mutating func name() throws(JinjaError) -> String {
    guard case .name(let name)? = current else { throw unexpected("a name") }
    position += 1
    return name
  }

  func expectEnd() throws(JinjaError) {
    guard current == nil else { throw unexpected("the tag's end") }
  }

  private mutating func expect(_ symbol: String) throws(JinjaError) {
    guard takes(symbol) else { throw unexpected("'\(symbol)'") }
  }

  private func unexpected(_ wanted: String) -> JinjaError {
    let found =
      switch current {
      case nil: "the tag's end"
      case .name(let text)?, .symbol(let text)?: "'\(text)'"
      case .string?: "a string"
      case .integer?, .double?: "a number"
      }
    return JinjaError("expected \(wanted), found \(found)")
  }

  /// A comma makes a list: `set a = 1, 2`.
  mutating func tuple() throws(JinjaError) -> JinjaExpression {
    let first = try expression()
    guard isAt(",") else { return first }
    var items = [first]
    while takes(",") { items.append(try expression()) }
    return .list(items)
  }

  mutating func expression() throws(JinjaError) -> JinjaExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= JinjaParser.maximumDepth else {
      throw JinjaError("an expression is nested too deeply")
    }
    let value = try or()
    guard takesName("if") else { return value }
    let condition = try or()
    let otherwise = takesName("else") ? try expression() : nil
    return .conditional(condition, then: value, otherwise: otherwise)
  }

  /// What a `for` goes over: its `if` is the loop's.
  mutating func withoutConditional() throws(JinjaError) -> JinjaExpression { try or() }

  private mutating func or() throws(JinjaError) -> JinjaExpression {
    var left = try and()
    while takesName("or") { left = .binary("or", left, try and()) }
    return left
  }

  private mutating func and() throws(JinjaError) -> JinjaExpression {
    var left = try not()
    while takesName("and") { left = .binary("and", left, try not()) }
    return left
  }

  private mutating func not() throws(JinjaError) -> JinjaExpression {
    var negations = 0
    while takesName("not") { negations += 1 }
    var value = try comparison()
    for _ in 0..<negations { value = .not(value) }
    return value
  }

  private mutating func comparison() throws(JinjaError) -> JinjaExpression {
    let first = try sum()
    var left = first
    var result: JinjaExpression?
    while let comparison = comparisonOperator() {
      let right = try sum()
      let one =
        comparison == "not in"
        ? JinjaExpression.not(.binary("in", left, right)) : .binary(comparison, left, right)
      // a < b < c is a < b and b < c.
      result = result.map { .binary("and", $0, one) } ?? one
      left = right
    }
    return result ?? first
  }

  private mutating func comparisonOperator() -> String? {
    for symbol in ["==", "!=", "<=", ">=", "<", ">"] where takes(symbol) { return symbol }
    if takesName("in") { return "in" }
    if current == .name("not"), position + 1 < tokens.count, tokens[position + 1] == .name("in") {
      position += 2
      return "not in"
    }
    return nil
  }

  private mutating func sum() throws(JinjaError) -> JinjaExpression {
    var left = try concatenation()
    while let symbol = ["+", "-"].first(where: { isAt($0) }) {
      position += 1
      left = .binary(symbol, left, try concatenation())
    }
    return left
  }

  private mutating func concatenation() throws(JinjaError) -> JinjaExpression {
    var left = try product()
    while takes("~") { left = .binary("~", left, try product()) }
    return left
  }

  private mutating func product() throws(JinjaError) -> JinjaExpression {
    var left = try unary()
    while let symbol = ["*", "/", "//", "%"].first(where: { isAt($0) }) {
      position += 1
      left = .binary(symbol, left, try unary())
    }
    return left
  }

  private mutating func unary() throws(JinjaError) -> JinjaExpression {
    var signs: [Bool] = []
    while isAt("-") || isAt("+") {
      signs.append(isAt("-"))
      position += 1
    }
    var value = try postfix(try primary())
    for isNegative in signs.reversed() where isNegative { value = .negate(value) }
    // Filters and tests bind to the signed number.
    value = try filtersAndTests(value)
    return value
  }

  private mutating func primary() throws(JinjaError) -> JinjaExpression {
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
    case .symbol("("):
      if takes(")") { return .list([]) }
      var items = [try expression()]
      var isTuple = false
      while takes(",") {
        isTuple = true
        if isAt(")") { break }
        items.append(try expression())
      }
      try expect(")")
      return isTuple ? .list(items) : items[0]
    case .symbol("["): return .list(try items(until: "]"))
    case .symbol("{"):
      var members: [(JinjaExpression, JinjaExpression)] = []
      while !takes("}") {
        let key = try expression()
        try expect(":")
        members.append((key, try expression()))
        guard takes(",") || isAt("}") else { throw unexpected("',' or '}'") }
      }
      return .dictionary(members)
    default:
      position -= 1
      throw unexpected("an expression")
    }
  }

  private mutating func items(until close: String) throws(JinjaError) -> [JinjaExpression] {
    var items: [JinjaExpression] = []
    while !takes(close) {
      items.append(try expression())
      guard takes(",") || isAt(close) else { throw unexpected("',' or '\(close)'") }
    }
    return items
  }

  private mutating func postfix(_ value: JinjaExpression) throws(JinjaError) -> JinjaExpression {
    var value = value
    var length = 0
    while true {
      // Long chains make deep trees.
      length += 1
      guard length <= JinjaParser.maximumDepth else {
        throw JinjaError("an expression is nested too deeply")
      }
      if takes(".") {
        if case .integer(let index)? = current {
          position += 1
          value = .item(value, .literal(.integer(index)))
        } else {
          value = .attribute(value, try name())
        }
      } else if takes("[") {
        value = try subscripted(value)
      } else if takes("(") {
        value = .call(value, try arguments())
      } else {
        return value
      }
    }
  }

  private mutating func filtersAndTests(
    _ value: JinjaExpression
  ) throws(JinjaError) -> JinjaExpression {
    var value = value
    var length = 0
    while true {
      length += 1
      guard length <= JinjaParser.maximumDepth else {
        throw JinjaError("an expression is nested too deeply")
      }
      if takes("|") {
        let name = try name()
        value = .filter(value, name, takes("(") ? try arguments() : JinjaArguments())
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
  private mutating func testArguments() throws(JinjaError) -> [JinjaExpression] {
    if takes("(") { return try items(until: ")") }
    switch current {
    case .string?, .integer?, .double?: return [try primary()]
    case .name(let name)?
    where !["and", "or", "not", "if", "else", "in", "is", "recursive"].contains(name):
      return [try postfix(try primary())]
    default: return []
    }
  }

  private mutating func subscripted(
    _ value: JinjaExpression
  ) throws(JinjaError) -> JinjaExpression {
    var parts: [JinjaExpression?] = [nil]
    while !takes("]") {
      if takes(":") {
        parts.append(nil)
      } else {
        guard case .none = parts[parts.count - 1] else { throw unexpected("']'") }
        parts[parts.count - 1] = try expression()
      }
      guard parts.count <= 3 else { throw JinjaError("a slice has at most three parts") }
    }
    if parts.count == 1 {
      guard let index = parts[0] else { throw JinjaError("an empty subscript") }
      return .item(value, index)
    }
    return .slice(value, parts[0], parts[1], parts.count > 2 ? parts[2] : nil)
  }

  private mutating func arguments() throws(JinjaError) -> JinjaArguments {
    var arguments = JinjaArguments()
    while !takes(")") {
      if case .name(let name)? = current, position + 1 < tokens.count,
        tokens[position + 1] == .symbol("=")
      {
        position += 2
        arguments.named.append((name, try expression()))
      } else {
        arguments.positional.append(try expression())
      }
      guard takes(",") || isAt(")") else { throw unexpected("',' or ')'") }
    }
    return arguments
  }
}
