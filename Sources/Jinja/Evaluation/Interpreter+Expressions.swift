extension Interpreter {
  mutating func evaluate(_ expression: Expression) throws(TemplateError) -> Value {
    try step()
    switch expression {
    case .literal(let literal): return Value(literal)
    case .name(let name): return lookUp(name)
    case .list(let items): return .list(try values(items))
    case .dictionary(let members):
      var result: [(String, Value)] = []
      for (key, value) in members {
        let name = try evaluate(key).text
        result.removeAll { $0.0 == name }
        result.append((name, try evaluate(value)))
      }
      return .dictionary(result)
    case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
    case .negate(let operand):
      switch try evaluate(operand) {
      case .integer(let value): return .integer(0 &- value)
      case .double(let value): return .double(-value)
      case let other: throw TemplateError("cannot negate a \(other.kind)")
      }
    case .and(let left, let right):
      let value = try evaluate(left)
      return value.isTrue ? try evaluate(right) : value
    case .or(let left, let right):
      let value = try evaluate(left)
      return value.isTrue ? value : try evaluate(right)
    case .comparison(let comparison, let left, let right):
      return .bool(try compare(comparison, try evaluate(left), try evaluate(right)))
    case .arithmetic(let sign, let left, let right):
      return try compute(sign, try evaluate(left), try evaluate(right))
    case .concatenation(let left, let right):
      return try concatenate(try evaluate(left), try evaluate(right))
    case .conditional(let condition, let then, let otherwise):
      if try evaluate(condition).isTrue { return try evaluate(then) }
      return try otherwise.map { expression throws(TemplateError) in try evaluate(expression) }
        ?? .undefined("")
    case .filter(let value, let name, let arguments):
      return try filter(
        try evaluate(value), name, try values(arguments.positional),
        try named(arguments.named))
    case .test(let value, let name, let arguments, let negated):
      let holds = try test(try evaluate(value), name, try values(arguments))
      return .bool(holds != negated)
    // Evaluated first: a namespace that is made here must be seen by what looks into it.
    case .attribute(let value, let name):
      let value = try evaluate(value)
      return try attribute(value, name)
    case .item(let value, let index):
      let value = try evaluate(value)
      let index = try evaluate(index)
      return try item(value, index)
    case .slice(let value, let start, let stop, let step):
      return try slice(
        try evaluate(value), try bound(start), try bound(stop), try bound(step) ?? 1)
    case .call(let function, let arguments):
      return try call(
        try evaluate(function), try values(arguments.positional), try named(arguments.named))
    }
  }

  private mutating func values(_ list: [Expression]) throws(TemplateError) -> [Value] {
    var values: [Value] = []
    for expression in list { values.append(try evaluate(expression)) }
    return values
  }

  private mutating func named(
    _ list: [(String, Expression)]
  ) throws(TemplateError) -> [(String, Value)] {
    var values: [(String, Value)] = []
    for (name, expression) in list { values.append((name, try evaluate(expression))) }
    return values
  }

  private mutating func bound(_ expression: Expression?) throws(TemplateError) -> Int? {
    guard let expression else { return nil }
    switch try evaluate(expression) {
    case .none: return nil
    case let value:
      guard let integer = value.integer else {
        throw TemplateError("a slice needs integers, not a \(value.kind)")
      }
      return integer
    }
  }
}
