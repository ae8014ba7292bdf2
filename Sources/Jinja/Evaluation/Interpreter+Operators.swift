import Foundation

extension Interpreter {
  // MARK: Comparisons

  func holds(_ comparison: Comparison, _ a: Value, _ b: Value) throws(TemplateError) -> Bool {
    switch comparison {
    case .equal: return try equal(a, b)
    case .notEqual: return !(try equal(a, b))
    case .isIn: return try contains(b, a)
    case .isNotIn: return !(try contains(b, a))
    case .less: return try order(a, b, "<") == .less
    case .greater: return try order(a, b, ">") == .greater
    case .lessOrEqual:
      let order = try order(a, b, "<=")
      return order == .less || order == .equal
    case .greaterOrEqual:
      let order = try order(a, b, ">=")
      return order == .greater || order == .equal
    }
  }

  /// Python's `==`.
  func equal(_ a: Value, _ b: Value) throws(TemplateError) -> Bool {
    try step()
    switch (a, b) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.string(let x), .string(let y)), (.markup(let x), .string(let y)),
      (.string(let x), .markup(let y)), (.markup(let x), .markup(let y)):
      guard x.utf8.count == y.utf8.count else { return false }
      try charge(x)
      return x.isSame(as: y)
    case (.list(let x), .list(let y)), (.tuple(let x), .tuple(let y)):
      guard x.values.count == y.values.count else { return false }
      for (x, y) in zip(x.values, y.values) {
        guard try equal(x, y) else { return false }
      }
      return true
    case (.dictionary(let x), .dictionary(let y)):
      guard x.count == y.count else { return false }
      for (key, value) in zip(x.keys, x.values) {
        guard let other = y[try self.key(key)], try equal(value, other) else { return false }
      }
      return true
    case (.namespace(let x), .namespace(let y)): return x === y
    case (.macro(let x), .macro(let y)): return x === y
    case (.iterator(let x), .iterator(let y)): return x === y
    case (.loop(let x), .loop(let y)): return x === y
    case (.view, .view), (.range, .range), (.function, .function), (.method, .method):
      throw TemplateError("\(a.kind) and \(b.kind) cannot be compared here")
    default: return PythonNumber.order(a, b) == .equal
    }
  }

  /// Python's order.
  func order(
    _ a: Value, _ b: Value, _ sign: String
  ) throws(TemplateError) -> PythonNumber.Order {
    try step()
    switch (a, b) {
    case (.string(let x), .string(let y)), (.markup(let x), .string(let y)),
      (.string(let x), .markup(let y)), (.markup(let x), .markup(let y)):
      try charge(x)
      return x.isSame(as: y)
        ? .equal : x.unicodeScalars.lexicographicallyPrecedes(y.unicodeScalars) ? .less : .greater
    case (.list(let x), .list(let y)), (.tuple(let x), .tuple(let y)):
      for (x, y) in zip(x.values, y.values) {
        if try !equal(x, y) { return try order(x, y, sign) }
      }
      let (m, n) = (x.values.count, y.values.count)
      return m < n ? .less : m == n ? .equal : .greater
    default:
      guard let order = PythonNumber.order(a, b) else {
        throw TemplateError("'\(sign)' between \(a.kind) and \(b.kind)")
      }
      return order
    }
  }

  /// Python's `in`.
  func contains(_ whole: Value, _ part: Value) throws(TemplateError) -> Bool {
    switch whole {
    case .string(let text), .markup(let text):
      guard let part = part.string ?? part.markup else {
        throw TemplateError("'in' a string needs a string, not \(part.kind)")
      }
      try charge(text: text.utf8.count + part.utf8.count)
      return part.isEmpty || Array(text.utf8).range(of: Array(part.utf8)) != nil
    case .dictionary(let members), .view(let members, .keys):
      return members[try key(part)] != nil
    case .list, .tuple, .range, .iterator, .undefined, .view:
      let iterator = try iterator(over: whole)
      while let value = try iterator.next() {
        if try equal(value, part) { return true }
      }
      return false
    default: throw TemplateError("'in' \(whole.kind)")
    }
  }

  // MARK: Arithmetic

  func signed(_ value: Value, isNegative: Bool) throws(TemplateError) -> Value {
    if let integer = value.integer {
      guard isNegative else { return .integer(integer) }
      let (result, overflow) = 0.subtractingReportingOverflow(integer)
      guard !overflow else { throw .outOfRange }
      return .integer(result)
    }
    guard case .double(let number) = value else { throw TemplateError("the sign of \(value.kind)") }
    return .double(isNegative ? -number : number)
  }

  func compute(_ sign: Arithmetic, _ a: Value, _ b: Value) throws(TemplateError) -> Value {
    switch (sign, a, b) {
    case (.add, .string(let x), .string(let y)):
      try charge(text: x.utf8.count + y.utf8.count)
      return .string(x + y)
    case (.add, .markup(let x), .markup(let y)): return try safe(x, y)
    case (.add, .markup(let x), .string(let y)): return try safe(x, y.htmlEscaped)
    case (.add, .string(let x), .markup(let y)): return try safe(x.htmlEscaped, y)
    case (.add, .list(let x), .list(let y)): return try list(x.values + y.values)
    case (.add, .tuple(let x), .tuple(let y)): return try tuple(x.values + y.values)
    case (.multiply, .string, _), (.multiply, .list, _), (.multiply, .tuple, _):
      if let count = b.integer { return try repeated(a, count) }
    case (.multiply, _, .string), (.multiply, _, .list), (.multiply, _, .tuple):
      if let count = a.integer { return try repeated(b, count) }
    case (.modulo, .string(let text), _): return .string(try percentFormat(text, b))
    default: break
    }
    if let x = a.integer, let y = b.integer { return try integers(sign, x, y) }
    guard let x = a.number, let y = b.number else {
      if case .markup = a { throw markupProblem }
      if case .markup = b { throw markupProblem }
      throw TemplateError("cannot compute \(a.kind) \(sign.rawValue) \(b.kind)")
    }
    return .double(try doubles(sign, x, y))
  }

  private func safe(_ x: String, _ y: String) throws(TemplateError) -> Value {
    try charge(text: x.utf8.count + y.utf8.count)
    return .markup(x + y)
  }

  private func repeated(_ value: Value, _ count: Int) throws(TemplateError) -> Value {
    let count = max(0, count)
    func total(_ one: Int) throws(TemplateError) -> Int {
      let (total, overflow) = one.multipliedReportingOverflow(by: count)
      guard !overflow, total <= Self.maximumText else { throw .tooLong }
      return total
    }
    switch value {
    case .string(let text):
      try charge(text: try total(text.utf8.count))
      return .string(text.isEmpty ? "" : String(repeating: text, count: count))
    case .list(let items), .tuple(let items):
      try step(try total(items.values.count))
      guard try total(items.values.count) <= 1 << 20 else { throw .tooLong }
      var values: [Value] = []
      if !items.values.isEmpty { for _ in 0..<count { values += items.values } }
      if case .tuple = value { return try tuple(values) }
      return try list(values)
    default: return value
    }
  }

  private func integers(_ sign: Arithmetic, _ x: Int, _ y: Int) throws(TemplateError) -> Value {
    let result: (partialValue: Int, overflow: Bool)
    switch sign {
    case .add: result = x.addingReportingOverflow(y)
    case .subtract: result = x.subtractingReportingOverflow(y)
    case .multiply: result = x.multipliedReportingOverflow(by: y)
    case .divide:
      guard y != 0 else { throw TemplateError("division by zero") }
      guard x.magnitude <= 1 << 53, y.magnitude <= 1 << 53 else { throw .outOfRange }
      return .double(Double(x) / Double(y))
    case .floorDivide, .modulo:
      guard y != 0 else { throw TemplateError("division by zero") }
      guard y != -1 else {
        if sign == .modulo { return .integer(0) }
        return try signed(.integer(x), isNegative: true)
      }
      let remainder = x % y
      let isOff = remainder != 0 && (remainder < 0) != (y < 0)
      if sign == .modulo { return .integer(isOff ? remainder + y : remainder) }
      return .integer(x / y - (isOff ? 1 : 0))
    case .power:
      guard y >= 0 else {
        guard x != 0 else { throw TemplateError("zero to a negative power") }
        return .double(try doubles(.power, Double(x), Double(y)))
      }
      var power = 1
      if x == 0 || x == 1 || x == -1 {
        return .integer(y == 0 ? 1 : x == -1 && y % 2 == 0 ? 1 : x)
      }
      guard y < 64 else { throw .outOfRange }
      for _ in 0..<y {
        let (next, overflow) = power.multipliedReportingOverflow(by: x)
        guard !overflow else { throw .outOfRange }
        power = next
      }
      return .integer(power)
    }
    guard !result.overflow else { throw .outOfRange }
    return .integer(result.partialValue)
  }

  private func doubles(_ sign: Arithmetic, _ x: Double, _ y: Double) throws(TemplateError) -> Double
  {
    switch sign {
    case .add: return x + y
    case .subtract: return x - y
    case .multiply: return x * y
    case .power:
      let result = pow(x, y)
      guard !(x == 0 && y < 0), !(x < 0 && y != y.rounded()) else {
        throw TemplateError("a power that is no number")
      }
      guard result.isFinite || !x.isFinite || !y.isFinite else {
        throw TemplateError("a power beyond range")
      }
      return result
    case .divide, .floorDivide, .modulo:
      guard y != 0 else { throw TemplateError("division by zero") }
      if sign == .divide { return x / y }
      var remainder = fmod(x, y)
      var quotient = (x - remainder) / y
      if remainder != 0 {
        if (y < 0) != (remainder < 0) {
          remainder += y
          quotient -= 1
        }
      } else {
        remainder = copysign(0, y)
      }
      if sign == .modulo { return remainder }
      guard quotient != 0 else { return copysign(0, x / y) }
      let floor = quotient.rounded(.down)
      return quotient - floor > 0.5 ? floor + 1 : floor
    }
  }
}

extension [UInt8] {
  /// Where another array is found first: Knuth, Morris and Pratt's search, never quadratic.
  func range(of other: [UInt8]) -> Range<Int>? {
    guard !other.isEmpty else { return 0..<0 }
    var table = [0]
    var length = 0
    for index in other.indices.dropFirst() {
      while length > 0, other[index] != other[length] { length = table[length - 1] }
      if other[index] == other[length] { length += 1 }
      table.append(length)
    }
    length = 0
    for (index, byte) in enumerated() {
      while length > 0, byte != other[length] { length = table[length - 1] }
      if byte == other[length] { length += 1 }
      if length == other.count { return index + 1 - length..<index + 1 }
    }
    return nil
  }
}
