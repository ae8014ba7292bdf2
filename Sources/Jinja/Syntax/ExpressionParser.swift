/// Parses expressions as Jinja's parser does (jinja2/parser.py, version 3.1): if-else, or, and, not,
/// comparisons, + and -, ~, * / // %, powers, signs, then items, attributes and calls, then filters
/// and tests.
struct ExpressionParser {
  let tokens: [Token]
  var position = 0
  private var depth = 0

  /// Of brackets and blocks, whose parsing recurses.
  static let maximumDepth = 140

  init(_ tokens: [Token]) { self.tokens = tokens }

  // MARK: Tokens

  var current: Token { tokens[min(position, tokens.count - 1)] }
  var offset: Int { current.offset }

  func isAt(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }
  func isAt(name: String) -> Bool { current.kind == .name(name) }

  func isNext(_ kind: Token.Kind) -> Bool {
    position + 1 < tokens.count && tokens[position + 1].kind == kind
  }

  mutating func takes(_ symbol: Symbol) -> Bool {
    guard isAt(symbol) else { return false }
    position += 1
    return true
  }

  mutating func takes(name: String) -> Bool {
    guard isAt(name: name) else { return false }
    position += 1
    return true
  }

  mutating func name() throws(TemplateError) -> String {
    guard case .name(let name) = current.kind else { throw unexpected("a name") }
    position += 1
    return name
  }

  mutating func expect(_ symbol: Symbol) throws(TemplateError) {
    guard takes(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
  }

  func unexpected(_ wanted: String) -> TemplateError {
    TemplateError("expected \(wanted), found \(current.words)")
  }

  mutating func nested<T>(
    _ parse: (inout ExpressionParser) throws(TemplateError) -> T
  ) throws(TemplateError) -> T {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw .tooDeep }
    return try parse(&self)
  }

  // MARK: Operators

  /// An expression, or several with commas: a tuple.
  ///
  /// - Parameter end: a word that ends it.
  mutating func tuple(
    withConditional: Bool = true, until end: String? = nil, inParentheses: Bool = false
  ) throws(TemplateError) -> Expression {
    let start = offset
    var items: [Expression] = []
    var isTuple = false
    while true {
      if !items.isEmpty { try expect(.comma) }
      if isTupleEnd(end) { break }
      items.append(withConditional ? try expression() : try or())
      guard isAt(.comma) else { break }
      isTuple = true
    }
    if isTuple { return try Expression(.tuple(items), at: start) }
    if let first = items.first { return first }
    guard inParentheses else { throw unexpected("an expression") }
    return try Expression(.tuple([]), at: start)
  }

  private func isTupleEnd(_ end: String?) -> Bool {
    switch current.kind {
    case .outputEnd, .blockEnd, .symbol(.closeParenthesis): true
    case .name(let name): name == end
    default: false
    }
  }

  mutating func expression() throws(TemplateError) -> Expression {
    try nested { parser throws(TemplateError) in
      let start = parser.offset
      var value = try parser.or()
      while parser.takes(name: "if") {
        let test = try parser.or()
        let otherwise = parser.takes(name: "else") ? try parser.expression() : nil
        value = try Expression(.conditional(test, then: value, otherwise: otherwise), at: start)
      }
      return value
    }
  }

  mutating func or() throws(TemplateError) -> Expression {
    var left = try and()
    while isAt(name: "or") {
      let start = offset
      position += 1
      left = try Expression(.or(left, try and()), at: start)
    }
    return left
  }

  private mutating func and() throws(TemplateError) -> Expression {
    var left = try not()
    while isAt(name: "and") {
      let start = offset
      position += 1
      left = try Expression(.and(left, try not()), at: start)
    }
    return left
  }

  private mutating func not() throws(TemplateError) -> Expression {
    var starts: [Int] = []
    while isAt(name: "not") {
      starts.append(offset)
      position += 1
    }
    var value = try comparison()
    // Two further ones change nothing, and would be deep.
    let count = starts.count > 2 ? 2 - starts.count % 2 : starts.count
    for start in starts.prefix(count) { value = try Expression(.not(value), at: start) }
    return value
  }

  private mutating func comparison() throws(TemplateError) -> Expression {
    let start = offset
    let first = try sum()
    var others: [(Comparison, Expression)] = []
    while let comparison = comparisonOperator() { others.append((comparison, try sum())) }
    return others.isEmpty ? first : try Expression(.comparison(first, others), at: start)
  }

  private mutating func comparisonOperator() -> Comparison? {
    if case .symbol(let symbol) = current.kind, let comparison = Comparison(symbol) {
      position += 1
      return comparison
    }
    if takes(name: "in") { return .isIn }
    if isAt(name: "not"), isNext(.name("in")) {
      position += 2
      return .isNotIn
    }
    return nil
  }

  private mutating func sum() throws(TemplateError) -> Expression {
    var left = try concatenation()
    while let (sign, start) = arithmetic(.add, .subtract) {
      left = try Expression(.arithmetic(sign, left, try concatenation()), at: start)
    }
    return left
  }

  private mutating func concatenation() throws(TemplateError) -> Expression {
    let start = offset
    var parts = [try product()]
    while takes(.tilde) { parts.append(try product()) }
    return parts.count == 1 ? parts[0] : try Expression(.concatenation(parts), at: start)
  }

  private mutating func product() throws(TemplateError) -> Expression {
    var left = try power()
    while let (sign, start) = arithmetic(.multiply, .divide, .floorDivide, .modulo) {
      left = try Expression(.arithmetic(sign, left, try power()), at: start)
    }
    return left
  }

  private mutating func power() throws(TemplateError) -> Expression {
    var left = try unary()
    while let (sign, start) = arithmetic(.power) {
      left = try Expression(.arithmetic(sign, left, try unary()), at: start)
    }
    return left
  }

  private mutating func arithmetic(_ operators: Arithmetic...) -> (Arithmetic, Int)? {
    guard case .symbol(let symbol) = current.kind,
      let found = Arithmetic(rawValue: symbol.rawValue), operators.contains(found)
    else { return nil }
    defer { position += 1 }
    return (found, offset)
  }

  private mutating func unary(withFilters: Bool = true) throws(TemplateError) -> Expression {
    let start = offset
    var value: Expression
    if isAt(.minus) || isAt(.plus) {
      let isNegative = isAt(.minus)
      position += 1
      let operand = try nested { parser throws(TemplateError) in
        try parser.unary(withFilters: false)
      }
      value = try Expression(.sign(operand, isNegative: isNegative), at: start)
    } else {
      value = try primary()
    }
    value = try postfix(value)
    return withFilters ? try filtersAndTests(value) : value
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
