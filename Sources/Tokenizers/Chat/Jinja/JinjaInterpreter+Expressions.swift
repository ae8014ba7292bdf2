extension JinjaInterpreter {
  mutating func evaluate(_ expression: JinjaExpression) throws(JinjaError) -> JinjaValue {
    try step()
    switch expression {
    case .literal(let value): return value
    case .name(let name): return lookUp(name)
    case .list(let items): return .list(try values(items))
    case .dictionary(let members):
      var result: [(String, JinjaValue)] = []
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
      case let other: throw JinjaError("cannot negate a \(other.kind)")
      }
    case .binary(let symbol, let left, let right): return try binary(symbol, left, right)
    case .conditional(let condition, let then, let otherwise):
      if try evaluate(condition).isTrue { return try evaluate(then) }
      return try otherwise.map { expression throws(JinjaError) in try evaluate(expression) }
        ?? .undefined("")
    case .filter(let value, let name, let arguments):
      return try filter(
        try evaluate(value), name, try values(arguments.positional),
        try named(arguments.named))
    case .test(let value, let name, let arguments, let negated):
      let holds = try test(try evaluate(value), name, try values(arguments))
      return .bool(holds != negated)
    case .attribute(let value, let name): return try attribute(try evaluate(value), name)
    case .item(let value, let index):
      return try item(try evaluate(value), try evaluate(index))
    case .slice(let value, let start, let stop, let step):
      return try slice(
        try evaluate(value), try bound(start), try bound(stop), try bound(step) ?? 1)
    case .call(let function, let arguments):
      return try call(
        try evaluate(function), try values(arguments.positional), try named(arguments.named))
    }
  }

  private mutating func values(_ list: [JinjaExpression]) throws(JinjaError) -> [JinjaValue] {
    var values: [JinjaValue] = []
    for expression in list { values.append(try evaluate(expression)) }
    return values
  }

  private mutating func named(
    _ list: [(String, JinjaExpression)]
  ) throws(JinjaError) -> [(String, JinjaValue)] {
    var values: [(String, JinjaValue)] = []
    for (name, expression) in list { values.append((name, try evaluate(expression))) }
    return values
  }

  private mutating func bound(_ expression: JinjaExpression?) throws(JinjaError) -> Int? {
    guard let expression else { return nil }
    switch try evaluate(expression) {
    case .none: return nil
    case let value:
      guard let integer = value.integer else {
        throw JinjaError("a slice needs integers, not a \(value.kind)")
      }
      return integer
    }
  }

  private mutating func binary(
    _ symbol: String, _ left: JinjaExpression, _ right: JinjaExpression
  ) throws(JinjaError) -> JinjaValue {
    let a = try evaluate(left)
    if symbol == "and" { return a.isTrue ? try evaluate(right) : a }
    if symbol == "or" { return a.isTrue ? a : try evaluate(right) }
    let b = try evaluate(right)
    switch symbol {
    case "==": return .bool(a.equals(b))
    case "!=": return .bool(!a.equals(b))
    case "in": return .bool(try contains(b, a))
    case "~":
      let text = a.text + b.text
      try step(text.utf8.count / 1024)
      return .string(text)
    case "<", "<=", ">", ">=": return .bool(try compare(symbol, a, b))
    default: return try arithmetic(symbol, a, b)
    }
  }

  private func contains(_ container: JinjaValue, _ item: JinjaValue) throws(JinjaError) -> Bool {
    switch (container, item) {
    case (.string(let text), .string(let part)):
      return part.isEmpty
        || Array(text.unicodeScalars).firstRange(of: Array(part.unicodeScalars)) != nil
    case (.list(let values), _): return values.contains { $0.equals(item) }
    case (.dictionary(let members), .string(let key)): return members.contains { $0.0 == key }
    case (.undefined, _): return false
    default: throw JinjaError("cannot look for a \(item.kind) in a \(container.kind)")
    }
  }

  private func compare(
    _ symbol: String, _ a: JinjaValue, _ b: JinjaValue
  ) throws(JinjaError) -> Bool {
    let isLess: Bool
    let isEqual: Bool
    if let x = a.number, let y = b.number {
      (isLess, isEqual) = (x < y, x == y)
    } else if case .string(let x) = a, case .string(let y) = b {
      isLess = x.unicodeScalars.lexicographicallyPrecedes(y.unicodeScalars)
      isEqual = a.equals(b)
    } else {
      throw JinjaError("cannot compare a \(a.kind) with a \(b.kind)")
    }
    switch symbol {
    case "<": return isLess
    case "<=": return isLess || isEqual
    case ">": return !isLess && !isEqual
    default: return !isLess
    }
  }

  private mutating func arithmetic(
    _ symbol: String, _ a: JinjaValue, _ b: JinjaValue
  ) throws(JinjaError) -> JinjaValue {
    if symbol == "+" {
      if case .string(let x) = a, case .string(let y) = b {
        try step((x.utf8.count + y.utf8.count) / 1024)
        return .string(x + y)
      }
      if case .list(let x) = a, case .list(let y) = b {
        try step(x.count + y.count)
        return .list(x + y)
      }
    }
    if case .string(let text) = a, symbol == "*", let count = b.integer {
      guard text.utf8.count * min(max(count, 0), 1 << 20) <= 1 << 24, count < 1 << 20 else {
        throw JinjaError("the template runs too long")
      }
      return .string(String(repeating: text, count: max(0, count)))
    }
    if let x = a.integer, let y = b.integer, symbol != "/" {
      let result: (partialValue: Int, overflow: Bool)
      switch symbol {
      case "+": result = x.addingReportingOverflow(y)
      case "-": result = x.subtractingReportingOverflow(y)
      case "*": result = x.multipliedReportingOverflow(by: y)
      default:
        guard y != 0, !(x == .min && y == -1) else { throw JinjaError("division by zero") }
        // Python's division rounds down, and the remainder has the divisor's sign.
        let remainder = (x % y + y) % y
        result = (symbol == "%" ? remainder : (x - remainder) / y, false)
      }
      guard !result.overflow else { throw JinjaError("a number is out of range") }
      return .integer(result.partialValue)
    }
    guard let x = a.number, let y = b.number else {
      throw JinjaError("cannot compute a \(a.kind) \(symbol) a \(b.kind)")
    }
    switch symbol {
    case "+": return .double(x + y)
    case "-": return .double(x - y)
    case "*": return .double(x * y)
    default:
      guard y != 0 else { throw JinjaError("division by zero") }
      if symbol == "/" { return .double(x / y) }
      let floor = (x / y).rounded(.down)
      return .double(symbol == "//" ? floor : x - floor * y)
    }
  }

  private func attribute(_ value: JinjaValue, _ name: String) throws(JinjaError) -> JinjaValue {
    switch value {
    case .dictionary(let members):
      if let member = members.last(where: { $0.0 == name }) { return member.1 }
      return ["items", "keys", "values", "get"].contains(name)
        ? .method(value, name) : .undefined(name)
    case .namespace(let index):
      return namespaces[index].last { $0.0 == name }?.1 ?? .undefined(name)
    case .string, .list: return .method(value, name)
    case .undefined(let missing):
      throw JinjaError("'\(missing)' is undefined and has no '\(name)'")
    default: return .undefined(name)
    }
  }

  private func item(_ value: JinjaValue, _ index: JinjaValue) throws(JinjaError) -> JinjaValue {
    switch (value, index) {
    case (.dictionary, .string(let key)), (.namespace, .string(let key)):
      if case .method = try attribute(value, key) { return .undefined(key) }
      return try attribute(value, key)
    case (.list(let values), _):
      guard let position = index.integer else { return .undefined("item") }
      let wrapped = position < 0 ? position + values.count : position
      return values.indices.contains(wrapped) ? values[wrapped] : .undefined("item")
    case (.string(let text), _):
      guard let position = index.integer else { return .undefined("item") }
      let scalars = Array(text.unicodeScalars)
      let wrapped = position < 0 ? position + scalars.count : position
      return scalars.indices.contains(wrapped)
        ? .string(String(scalars[wrapped])) : .undefined("item")
    case (.undefined(let missing), _):
      throw JinjaError("'\(missing)' is undefined and has no items")
    default: return .undefined("item")
    }
  }

  private func slice(
    _ value: JinjaValue, _ start: Int?, _ stop: Int?, _ step: Int
  ) throws(JinjaError) -> JinjaValue {
    guard step != 0 else { throw JinjaError("a slice's step is zero") }
    func indices(_ count: Int) -> [Int] {
      func clamp(_ bound: Int, _ low: Int, _ high: Int) -> Int {
        min(max(bound < 0 ? bound + count : bound, low), high)
      }
      if step > 0 {
        let first = clamp(start ?? 0, 0, count)
        return Array(stride(from: first, to: clamp(stop ?? count, 0, count), by: step))
      }
      let first = start.map { clamp($0, -1, count - 1) } ?? count - 1
      return Array(
        Swift.stride(from: first, to: stop.map { clamp($0, -1, count - 1) } ?? -1, by: step))
    }
    switch value {
    case .list(let values): return .list(indices(values.count).map { values[$0] })
    case .string(let text):
      let scalars = Array(text.unicodeScalars)
      return .string(String(String.UnicodeScalarView(indices(scalars.count).map { scalars[$0] })))
    default: throw JinjaError("cannot slice a \(value.kind)")
    }
  }

  private mutating func call(
    _ function: JinjaValue, _ positional: [JinjaValue], _ named: [(String, JinjaValue)]
  ) throws(JinjaError) -> JinjaValue {
    switch function {
    case .macro(let macro): return try call(macro, positional, named)
    case .method(let value, let name): return try method(value, name, positional)
    case .function("namespace"), .function("dict"):
      if case .function("dict") = function { return .dictionary(named) }
      namespaces.append(named)
      return .namespace(namespaces.count - 1)
    case .function("raise_exception"):
      throw JinjaError("the template refuses: \(positional.first?.text ?? "")")
    case .function("range"):
      let bounds = positional.compactMap(\.integer)
      guard bounds.count == positional.count, (1...3).contains(bounds.count) else {
        throw JinjaError("range() takes one to three integers")
      }
      let step = bounds.count > 2 ? bounds[2] : 1
      guard step != 0 else { throw JinjaError("range() with a step of zero") }
      let sequence = stride(
        from: bounds.count > 1 ? bounds[0] : 0, to: bounds.count > 1 ? bounds[1] : bounds[0],
        by: step)
      var values: [JinjaValue] = []
      for value in sequence {
        try self.step()
        values.append(.integer(value))
      }
      return .list(values)
    case .function("strftime_now"):
      return .string(formattedNow(positional.first?.text ?? ""))
    case .undefined(let name): throw JinjaError("the function '\(name)' is not supported")
    default: throw JinjaError("a \(function.kind) cannot be called")
    }
  }
}
