extension Interpreter {
  func attribute(_ value: Value, _ name: String) throws(TemplateError) -> Value {
    switch value {
    case .dictionary(let members):
      if let member = members.last(where: { $0.0 == name }) { return member.1 }
      return ["items", "keys", "values", "get"].contains(name)
        ? .method(value, name) : .undefined(name)
    case .namespace(let index):
      return namespaces[index].last { $0.0 == name }?.1 ?? .undefined(name)
    case .string, .list: return .method(value, name)
    case .undefined(let missing):
      throw TemplateError("'\(missing)' is undefined and has no '\(name)'")
    default: return .undefined(name)
    }
  }

  func item(_ value: Value, _ index: Value) throws(TemplateError) -> Value {
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
      throw TemplateError("'\(missing)' is undefined and has no items")
    default: return .undefined("item")
    }
  }

  func slice(
    _ value: Value, _ start: Int?, _ stop: Int?, _ step: Int
  ) throws(TemplateError) -> Value {
    guard step != 0 else { throw TemplateError("a slice's step is zero") }
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
    default: throw TemplateError("cannot slice a \(value.kind)")
    }
  }
}
