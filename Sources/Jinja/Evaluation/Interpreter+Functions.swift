import Foundation

/// What a template can call by name without having defined it.
package enum Function: String, Sendable {
  case namespace, range, dict
  case raiseException = "raise_exception"
  case strftimeNow = "strftime_now"
}

extension Interpreter {
  mutating func call(
    _ function: Value, _ positional: [Value], _ named: [(String, Value)]
  ) throws(TemplateError) -> Value {
    switch function {
    case .macro(let macro): return try call(macro, positional, named)
    case .method(let value, let name): return try method(value, name, positional)
    case .function(let function): return try call(function, positional, named)
    case .undefined(let name): throw TemplateError("the function '\(name)' is not supported")
    default: throw TemplateError("a \(function.kind) cannot be called")
    }
  }

  private mutating func call(
    _ function: Function, _ positional: [Value], _ named: [(String, Value)]
  ) throws(TemplateError) -> Value {
    switch function {
    case .dict: return .dictionary(named)
    case .namespace:
      namespaces.append(named)
      return .namespace(namespaces.count - 1)
    case .raiseException:
      throw TemplateError("the template refuses: \(positional.first?.text ?? "")")
    case .range:
      let bounds = positional.compactMap(\.integer)
      guard bounds.count == positional.count, (1...3).contains(bounds.count) else {
        throw TemplateError("range() takes one to three integers")
      }
      let step = bounds.count > 2 ? bounds[2] : 1
      guard step != 0 else { throw TemplateError("range() with a step of zero") }
      let sequence = stride(
        from: bounds.count > 1 ? bounds[0] : 0, to: bounds.count > 1 ? bounds[1] : bounds[0],
        by: step)
      var values: [Value] = []
      for value in sequence {
        try self.step()
        values.append(.integer(value))
      }
      return .list(values)
    case .strftimeNow:
      return .string(formattedNow(positional.first?.text ?? ""))
    }
  }

  /// The present time, as some templates put it into their system prompt.
  private func formattedNow(_ format: String) -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    var buffer = [CChar](repeating: 0, count: 256)
    let count = strftime(&buffer, buffer.count, format, &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
