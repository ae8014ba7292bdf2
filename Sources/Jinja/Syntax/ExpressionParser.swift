/// Parses the inside of a tag. Expressions by precedence climbing, in Jinja's order: if-else, or,
/// and, not, comparisons and `in`, + and -, ~, * / // %, signs, then filters and tests. Items,
/// attributes and calls bind closest. Powers (`**`) are refused as unexpected.
struct ExpressionParser {
  let tokens: [Token]
  var position = 0
  private var depth = 0

  init(_ tokens: [Token]) { self.tokens = tokens }

  var current: Token? { position < tokens.count ? tokens[position] : nil }

  func isAt(_ symbol: Symbol) -> Bool { current == .symbol(symbol) }

  mutating func takes(_ symbol: Symbol) -> Bool {
    guard isAt(symbol) else { return false }
    position += 1
    return true
  }

  mutating func takesName(_ name: String) -> Bool {
    guard current == .name(name) else { return false }
    position += 1
    return true
  }

  mutating func name() throws(TemplateError) -> String {
    guard case .name(let name)? = current else { throw unexpected("a name") }
    position += 1
    return name
  }

  func expectEnd() throws(TemplateError) {
    guard current == nil else { throw unexpected("the tag's end") }
  }

  mutating func expect(_ symbol: Symbol) throws(TemplateError) {
    guard takes(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
  }

  func unexpected(_ wanted: String) -> TemplateError {
    let found =
      switch current {
      case nil: "the tag's end"
      case .name(let text)?: "'\(text)'"
      case .symbol(let symbol)?: "'\(symbol.rawValue)'"
      case .string?: "a string"
      case .integer?, .double?: "a number"
      }
    return TemplateError("expected \(wanted), found \(found)")
  }

  /// A comma makes a list: `set a = 1, 2`.
  mutating func tuple() throws(TemplateError) -> Expression {
    let first = try expression()
    guard isAt(.comma) else { return first }
    var items = [first]
    while takes(.comma) { items.append(try expression()) }
    return .list(items)
  }

  mutating func expression() throws(TemplateError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= StatementParser.maximumDepth else { throw .tooDeep }
    let value = try or()
    guard takesName("if") else { return value }
    let condition = try or()
    let otherwise = takesName("else") ? try expression() : nil
    return .conditional(condition, then: value, otherwise: otherwise)
  }

  /// What a `for` goes over: its `if` is the loop's.
  mutating func withoutConditional() throws(TemplateError) -> Expression { try or() }

  private mutating func or() throws(TemplateError) -> Expression {
    var left = try and()
    while takesName("or") { left = .or(left, try and()) }
    return left
  }

  private mutating func and() throws(TemplateError) -> Expression {
    var left = try not()
    while takesName("and") { left = .and(left, try not()) }
    return left
  }

  private mutating func not() throws(TemplateError) -> Expression {
    var negations = 0
    while takesName("not") { negations += 1 }
    var value = try comparison()
    for _ in 0..<negations { value = .not(value) }
    return value
  }

  private mutating func comparison() throws(TemplateError) -> Expression {
    let first = try sum()
    var left = first
    var result: Expression?
    while let (comparison, isNegated) = comparisonOperator() {
      let right = try sum()
      let plain = Expression.comparison(comparison, left, right)
      let one = isNegated ? .not(plain) : plain
      // a < b < c is a < b and b < c.
      result = result.map { .and($0, one) } ?? one
      left = right
    }
    return result ?? first
  }

  private mutating func comparisonOperator() -> (Comparison, isNegated: Bool)? {
    if case .symbol(let symbol)? = current, let comparison = Comparison(symbol) {
      position += 1
      return (comparison, false)
    }
    if takesName("in") { return (.isIn, false) }
    if current == .name("not"), position + 1 < tokens.count, tokens[position + 1] == .name("in") {
      position += 2
      return (.isIn, true)
    }
    return nil
  }

  private mutating func sum() throws(TemplateError) -> Expression {
    var left = try concatenation()
    while let sign = arithmetic(.add, .subtract) {
      left = .arithmetic(sign, left, try concatenation())
    }
    return left
  }

  private mutating func concatenation() throws(TemplateError) -> Expression {
    var left = try product()
    while takes(.tilde) { left = .concatenation(left, try product()) }
    return left
  }

  private mutating func product() throws(TemplateError) -> Expression {
    var left = try unary()
    while let sign = arithmetic(.multiply, .divide, .floorDivide, .modulo) {
      left = .arithmetic(sign, left, try unary())
    }
    return left
  }

  private mutating func arithmetic(_ operators: Arithmetic...) -> Arithmetic? {
    guard case .symbol(let symbol)? = current, let found = Arithmetic(rawValue: symbol.rawValue),
      operators.contains(found)
    else { return nil }
    position += 1
    return found
  }

  private mutating func unary() throws(TemplateError) -> Expression {
    var signs: [Bool] = []
    while isAt(.minus) || isAt(.plus) {
      signs.append(isAt(.minus))
      position += 1
    }
    var value = try postfix(try primary())
    for isNegative in signs.reversed() where isNegative { value = .negate(value) }
    // Filters and tests bind to the signed number.
    value = try filtersAndTests(value)
    return value
  }
}

extension Comparison {
  fileprivate init?(_ symbol: Symbol) {
    switch symbol {
    case .equal: self = .equal
    case .notEqual: self = .notEqual
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    default: return nil
    }
  }
}
