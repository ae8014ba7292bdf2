extension Interpreter {
  func evaluate(_ expression: Expression, _ scope: Scope) throws(TemplateError) -> Value {
    try step()
    position = expression.offset
    switch expression.kind {
    case .literal(let literal): return Value(literal)
    case .name(let name): return try lookUp(name, scope)
    case .list(let items): return try list(try evaluate(items, scope))
    case .tuple(let items): return try tuple(try evaluate(items, scope))
    case .dictionary(let pairs):
      var members = Members()
      for (key, value) in pairs {
        let name = try evaluate(key, scope)
        members.set(try self.key(name), name, try evaluate(value, scope))
      }
      return try checked(.dictionary(members))
    case .not(let operand): return .bool(!(try evaluate(operand, scope).isTrue))
    case .sign(let operand, let isNegative):
      let value = try evaluate(operand, scope)
      position = expression.offset
      return try signed(value, isNegative: isNegative)
    case .and(let left, let right):
      let value = try evaluate(left, scope)
      return value.isTrue ? try evaluate(right, scope) : value
    case .or(let left, let right):
      let value = try evaluate(left, scope)
      return value.isTrue ? value : try evaluate(right, scope)
    case .comparison(let first, let others): return try compare(first, others, scope)
    case .arithmetic(let sign, let left, let right):
      let (a, b) = (try evaluate(left, scope), try evaluate(right, scope))
      position = expression.offset
      return try compute(sign, a, b)
    case .concatenation(let parts):
      var text = ""
      for value in try evaluate(parts, scope) {
        text += try self.text(of: value)
        try charge(text: text.utf8.count)
      }
      return .string(text)
    case .conditional(let test, let then, let otherwise):
      if try evaluate(test, scope).isTrue { return try evaluate(then, scope) }
      guard let otherwise else {
        return .undefined("the condition is false and there is no 'else'")
      }
      return try evaluate(otherwise, scope)
    case .filter(let operand, let name, let given):
      guard let operand else { return .undefined("") }
      let value = try evaluate(operand, scope)
      let arguments = try evaluate(given, scope)
      position = expression.offset
      return try filter(name, value, arguments)
    case .test(let operand, let name, let given):
      let value = try evaluate(operand, scope)
      let arguments = try evaluate(given, scope)
      position = expression.offset
      return .bool(try test(name, value, arguments))
    case .attribute(let operand, let name):
      let value = try evaluate(operand, scope)
      position = expression.offset
      return try attribute(name, of: value)
    case .item(let operand, let index):
      let value = try evaluate(operand, scope)
      if case .slice(let from, let to, let by) = index.kind {
        let bounds = (
          try bound(from, scope), try bound(to, scope), try bound(by, scope)
        )
        position = expression.offset
        return try slice(value, bounds.0, bounds.1, bounds.2)
      }
      let key = try evaluate(index, scope)
      position = expression.offset
      return try item(key, of: value)
    case .slice: throw TemplateError("a slice stands in brackets only")
    case .call(let function, let given):
      let value = try evaluate(function, scope)
      let arguments = try evaluate(given, scope)
      position = expression.offset
      return try call(value, arguments)
    }
  }

  private func evaluate(
    _ expressions: [Expression], _ scope: Scope
  ) throws(TemplateError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(expressions.count)
    for expression in expressions { values.append(try evaluate(expression, scope)) }
    return values
  }

  /// A block's filters, of which the innermost has no operand.
  func apply(
    _ filters: Expression, to value: Value, _ scope: Scope
  ) throws(TemplateError) -> Value {
    guard case .filter(let operand, let name, let given) = filters.kind else { return value }
    let inner = try operand.map { operand throws(TemplateError) in
      try apply(operand, to: value, scope)
    }
    let arguments = try evaluate(given, scope)
    position = filters.offset
    return try filter(name, inner ?? value, arguments)
  }

  func evaluate(_ given: Arguments, _ scope: Scope) throws(TemplateError) -> CallArguments {
    var arguments = CallArguments()
    arguments.positional = try evaluate(given.positional, scope)
    for (name, expression) in given.named {
      arguments.named.append((name, try evaluate(expression, scope)))
    }
    if let spread = given.spread {
      arguments.positional += try items(of: try evaluate(spread, scope))
    }
    if let spread = given.namedSpread {
      guard case .dictionary(let members) = try evaluate(spread, scope) else {
        throw TemplateError("what follows ** must be a mapping")
      }
      for (key, value) in zip(members.keys, members.values) {
        guard let name = key.string else { throw TemplateError("an argument's name is no string") }
        guard arguments[name] == nil else {
          throw TemplateError("the argument '\(name)' is given twice")
        }
        arguments.named.append((name, value))
      }
    }
    return arguments
  }

  private func bound(_ expression: Expression?, _ scope: Scope) throws(TemplateError) -> Int? {
    guard let expression else { return nil }
    let value = try evaluate(expression, scope)
    if value.isNone { return nil }
    guard let integer = value.integer else {
      throw TemplateError("\(value.kind) cannot be a bound of a slice")
    }
    return integer
  }

  private func compare(
    _ first: Expression, _ others: [(Comparison, Expression)], _ scope: Scope
  ) throws(TemplateError) -> Value {
    var left = try evaluate(first, scope)
    for (comparison, expression) in others {
      let right = try evaluate(expression, scope)
      position = expression.offset
      guard try holds(comparison, left, right) else { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  func key(_ value: Value) throws(TemplateError) -> Key {
    guard let key = try hashable(value) else {
      throw TemplateError("\(value.kind) cannot be a key")
    }
    return key
  }

  /// A value as a key; nil where it cannot be one.
  func hashable(_ value: Value) throws(TemplateError) -> Key? {
    if let text = value.string ?? value.markup { try charge(text) }
    if case .tuple = value { _ = try size(of: value) }
    if case .double(let number) = value, number.isNaN { throw TemplateError("NaN as a key") }
    return Key(value)
  }

  /// How many values are inside of one, itself included.
  private func size(of value: Value) throws(TemplateError) -> Int {
    try step()
    guard case .tuple(let items) = value else { return 1 }
    var sum = 1
    for item in items.values { sum += try size(of: item) }
    return sum
  }

  var markupProblem: TemplateError {
    TemplateError("a string marked as safe cannot be used here")
  }
}
