import Foundation

/// Functions that templates can call.
package enum Function: String, Sendable {
  case range, namespace, dict, lipsum, cycler, joiner
  case raiseException = "raise_exception"
  case strftimeNow = "strftime_now"
}

extension Interpreter {
  func call(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
    switch value {
    case .macro(let bound): return try call(bound, arguments)
    case .method(.loop(let loop), let name): return try call(name, of: loop, arguments)
    case .method(.string(let text), let name): return try stringMethod(name, text, arguments)
    case .method(let object, let name): return try method(name, of: object, arguments)
    case .function(let function): return try call(function, arguments)
    case .loop(let loop):
      guard let recurse = loop.recurse else {
        throw TemplateError("only a loop with 'recursive' can be called")
      }
      let given = try arguments.bound("loop", ["iterable"], required: 1)
      return .string(try recurse(given[0] ?? .none, loop.depth0 + 1))
    case .undefined(let reason): throw TemplateError(reason)
    default: throw TemplateError("\(value.kind) cannot be called")
    }
  }

  /// As jinja2/runtime.py, `Macro.__call__`.
  func call(_ bound: BoundMacro, _ arguments: CallArguments) throws(TemplateError) -> Value {
    let macro = bound.macro
    let name = macro.name.map { "the macro '\($0)'" } ?? "the block"
    var named = arguments.named
    func take(_ name: String) -> Value? {
      guard let index = named.firstIndex(where: { $0.0 == name }) else { return nil }
      return named.remove(at: index).1
    }
    let scope = Scope(macro.frame, in: bound.scope, global: global)
    var missing: [Macro.Parameter] = []
    for (index, parameter) in macro.parameters.enumerated() {
      if index < arguments.positional.count {
        scope.set(parameter.name, arguments.positional[index])
      } else if let value = take(parameter.name) {
        scope.set(parameter.name, value)
      } else {
        missing.append(parameter)
      }
    }
    if macro.takesCaller {
      let caller = take("caller")
      scope.set("caller", caller.flatMap { $0.isNone ? nil : $0 } ?? .undefined("no caller"))
    }
    if macro.takesNamed {
      scope.set("kwargs", try checked(.dictionary(named)))
    } else if let first = named.first {
      throw TemplateError("\(name) takes no argument '\(first.0)'")
    }
    if macro.takesMore {
      scope.set(
        "varargs", try tuple(Array(arguments.positional.dropFirst(macro.parameters.count))))
    } else if arguments.positional.count > macro.parameters.count {
      throw TemplateError("\(name) takes at most \(macro.parameters.count) arguments")
    }
    return try nested { () throws(TemplateError) in
      for parameter in missing {
        scope.set(
          parameter.name,
          try parameter.standard.map { standard throws(TemplateError) in
            try evaluate(standard, scope)
          } ?? .undefined("parameter '\(parameter.name)' was not provided"))
      }
      return .string(try captured(macro.body, scope))
    }
  }

  private func call(
    _ name: String, of loop: LoopState, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    guard arguments.named.isEmpty else { throw TemplateError("loop.\(name) takes no named arguments") }
    let values = arguments.positional
    if name == "cycle" {
      guard !values.isEmpty else { throw TemplateError("loop.cycle needs arguments") }
      return values[loop.index0 % values.count]
    }
    if let last = loop.lastChanged, try equal(.tuple(last), .tuple(values)) { return .bool(false) }
    loop.lastChanged = values
    return .bool(true)
  }

  private func call(
    _ function: Function, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    switch function {
    case .range:
      let given = try arguments.plain("range", 1...3)
      let (first, second) = (try given[0].integer("range") ?? 0, try given[1].integer("range"))
      let by = try given[2].integer("range") ?? 1
      guard by != 0 else { throw TemplateError("range: the step is 0") }
      guard by != .min else { throw .outOfRange }
      let range = Value.range(
        from: second == nil ? 0 : first, to: second ?? first, by: by)
      guard range.rangeCount <= 100_000 else {
        throw TemplateError("a range of more than 100000 numbers")
      }
      return range
    case .namespace, .dict:
      guard arguments.positional.count <= 1 else {
        throw TemplateError("\(function.rawValue) takes one mapping and named arguments")
      }
      var members = Members()
      if let first = arguments.positional.first { members = try mapping(first) }
      for (name, value) in arguments.named {
        members.set(.text(Array(name.utf8)), .string(name), value)
      }
      _ = try checked(.dictionary(members))
      try step(members.count)
      guard function == .namespace else { return .dictionary(members) }
      var named: [(String, Value)] = []
      for (key, value) in zip(members.keys, members.values) {
        if let name = key.string { named.append((name, value)) }
      }
      return .namespace(Namespace(named))
    case .raiseException:
      let given = try arguments.bound("raise_exception", ["message"], required: 1)
      throw TemplateError("the template refuses: \(try text(of: given[0] ?? .none))")
    case .strftimeNow:
      let given = try arguments.bound("strftime_now", ["format"], required: 1)
      return .string(Self.now(try given[0].string("strftime_now") ?? ""))
    case .lipsum, .cycler, .joiner:
      throw TemplateError("the function '\(function.rawValue)' is not supported")
    }
  }

  /// What `dict(value)` makes.
  private func mapping(_ value: Value) throws(TemplateError) -> Members {
    if case .dictionary(let members) = value { return members }
    var members = Members()
    if case .view(_, .items) = value {
    } else if case .list = value {
    } else if case .tuple = value {
    } else if case .iterator = value {
    } else {
      throw TemplateError("\(value.kind) cannot become a mapping")
    }
    for pair in try items(of: value) {
      let parts = try items(of: pair)
      guard parts.count == 2 else { throw TemplateError("a mapping is made of pairs") }
      members.set(try key(parts[0]), parts[0], parts[1])
    }
    return members
  }

  /// The present local time by C's `strftime`.
  private static func now(_ format: String) -> String {
    guard !format.isEmpty else { return "" }
    var seconds = time(nil)
    var parts = tm()
    localtime_r(&seconds, &parts)
    // Python adds what C leaves to its own field.
    let text = format.replacingOccurrences(
      of: "%f", with: String(format: "%06d", Int(Date().timeIntervalSince1970 * 1e6) % 1_000_000))
    var buffer = [CChar](repeating: 0, count: 4096 + text.utf8.count * 8)
    let count = strftime(&buffer, buffer.count, text, &parts)
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Methods of lists and mappings.
  private func method(
    _ name: String, of object: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    switch (object, name) {
    case (.dictionary(let members), "keys"), (.dictionary(let members), "values"),
      (.dictionary(let members), "items"):
      _ = try arguments.plain(name, 0...0)
      return .view(members, Value.View(rawValue: name) ?? .keys)
    case (.dictionary, "copy"), (.list, "copy"):
      _ = try arguments.plain(name, 0...0)
      return object
    case (.dictionary(let members), "get"):
      let given = try arguments.plain("get", 1...2)
      return members[try key(given[0] ?? .none)] ?? given[1] ?? .none
    case (.list(let items), "count"), (.tuple(let items), "count"):
      let given = try arguments.plain("count", 1...1)
      var count = 0
      for value in items.values where try equal(value, given[0] ?? .none) { count += 1 }
      return .integer(count)
    case (.list(let items), "index"), (.tuple(let items), "index"):
      let given = try arguments.plain("index", 1...3)
      let count = items.values.count
      func bound(_ value: Int) -> Int { min(max(value < 0 ? value + count : value, 0), count) }
      let from = bound(try given[1].integer("index") ?? 0)
      let to = bound(try given[2].integer("index") ?? count)
      for index in from..<max(from, to) where try equal(items.values[index], given[0] ?? .none) {
        return .integer(index)
      }
      throw TemplateError("index: the value is not in the list")
    default: throw TemplateError("the method '\(name)' is not supported")
    }
  }
}
