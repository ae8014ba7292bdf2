extension Interpreter {
  func compare(
    _ comparison: Comparison, _ a: Value, _ b: Value
  ) throws(TemplateError) -> Bool {
    switch comparison {
    case .equal: return a.equals(b)
    case .notEqual: return !a.equals(b)
    case .isIn: return try contains(b, a)
    case .less: return try order(a, b).isLess
    case .lessOrEqual:
      let order = try order(a, b)
      return order.isLess || order.isEqual
    case .greater:
      let order = try order(a, b)
      return !order.isLess && !order.isEqual
    case .greaterOrEqual: return !(try order(a, b).isLess)
    }
  }

  private func order(
    _ a: Value, _ b: Value
  ) throws(TemplateError) -> (isLess: Bool, isEqual: Bool) {
    if let x = a.number, let y = b.number { return (x < y, x == y) }
    if case .string(let x) = a, case .string(let y) = b {
      return (x.unicodeScalars.lexicographicallyPrecedes(y.unicodeScalars), a.equals(b))
    }
    throw TemplateError("cannot compare a \(a.kind) with a \(b.kind)")
  }

  private func contains(_ container: Value, _ item: Value) throws(TemplateError) -> Bool {
    switch (container, item) {
    case (.string(let text), .string(let part)):
      return part.isEmpty
        || Array(text.unicodeScalars).firstRange(of: Array(part.unicodeScalars)) != nil
    case (.list(let values), _): return values.contains { $0.equals(item) }
    case (.dictionary(let members), .string(let key)): return members.contains { $0.0 == key }
    case (.undefined, _): return false
    default: throw TemplateError("cannot look for a \(item.kind) in a \(container.kind)")
    }
  }

  mutating func concatenate(_ a: Value, _ b: Value) throws(TemplateError) -> Value {
    let text = a.text + b.text
    try step(text.utf8.count / 1024)
    return .string(text)
  }

  mutating func compute(
    _ sign: Arithmetic, _ a: Value, _ b: Value
  ) throws(TemplateError) -> Value {
    if sign == .add {
      if case .string(let x) = a, case .string(let y) = b {
        try step((x.utf8.count + y.utf8.count) / 1024)
        return .string(x + y)
      }
      if case .list(let x) = a, case .list(let y) = b {
        try step(x.count + y.count)
        return .list(x + y)
      }
    }
    if case .string(let text) = a, sign == .multiply, let count = b.integer {
      guard text.utf8.count * min(max(count, 0), 1 << 20) <= 1 << 24, count < 1 << 20 else {
        throw .tooLong
      }
      return .string(String(repeating: text, count: max(0, count)))
    }
    if let x = a.integer, let y = b.integer, sign != .divide {
      let result: (partialValue: Int, overflow: Bool)
      switch sign {
      case .add: result = x.addingReportingOverflow(y)
      case .subtract: result = x.subtractingReportingOverflow(y)
      case .multiply: result = x.multipliedReportingOverflow(by: y)
      case .divide, .floorDivide, .modulo:
        guard y != 0, !(x == .min && y == -1) else { throw TemplateError("division by zero") }
        // Python's division rounds down, and the remainder has the divisor's sign.
        let remainder = (x % y + y) % y
        result = (sign == .modulo ? remainder : (x - remainder) / y, false)
      }
      guard !result.overflow else { throw TemplateError("a number is out of range") }
      return .integer(result.partialValue)
    }
    guard let x = a.number, let y = b.number else {
      throw TemplateError("cannot compute a \(a.kind) \(sign.rawValue) a \(b.kind)")
    }
    switch sign {
    case .add: return .double(x + y)
    case .subtract: return .double(x - y)
    case .multiply: return .double(x * y)
    case .divide, .floorDivide, .modulo:
      guard y != 0 else { throw TemplateError("division by zero") }
      if sign == .divide { return .double(x / y) }
      let floor = (x / y).rounded(.down)
      return .double(sign == .floorDivide ? floor : x - floor * y)
    }
  }
}
