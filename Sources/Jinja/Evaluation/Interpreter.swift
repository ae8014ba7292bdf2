/// Runs a parsed template. Every operation counts steps in proportion to the data that it touches;
/// text and values together are bounded, and so is their depth.
final class Interpreter {
  let globals: [String: Value]
  /// Where in the template we are, for errors.
  var position = 0
  private var output = ""
  private var steps = 0
  private var calls = 0

  /// A conversation of a thousand messages takes some ten thousand steps and a few megabytes.
  static let maximumSteps = 10_000_000
  static let maximumText = 16 << 20
  private static let maximumCalls = 30

  init(globals: [String: Value]) { self.globals = globals }

  func render(_ program: [Statement]) throws(TemplateError) -> String {
    var frame = Frame()
    frame.visit(program)
    let scope = Scope(frame, in: nil, global: global)
    _ = try run(program, scope)
    return output
  }

  // MARK: Bounds

  /// Counts work: about one for each element or ten characters that something touches.
  func step(_ cost: Int = 1) throws(TemplateError) {
    let (sum, overflow) = steps.addingReportingOverflow(cost)
    steps = sum
    guard !overflow, steps <= Self.maximumSteps else { throw .tooLong }
  }

  /// Counts text of a length that is made.
  func charge(text length: Int) throws(TemplateError) {
    guard length <= Self.maximumText else { throw .tooLong }
    // All together, some eighty megabytes may be read and made.
    try step(1 + length / 8)
  }

  func charge(_ text: String) throws(TemplateError) { try charge(text: text.utf8.count) }

  private func write(_ text: String) throws(TemplateError) {
    try charge(text)
    output += text
    guard output.utf8.count <= Self.maximumText else { throw .tooLong }
  }

  func checked(_ value: Value) throws(TemplateError) -> Value {
    guard value.depth <= Value.maximumDepth else { throw .tooDeep }
    return value
  }

  func list(_ values: [Value]) throws(TemplateError) -> Value {
    try step(values.count)
    return try checked(.list(values))
  }

  func tuple(_ values: [Value]) throws(TemplateError) -> Value {
    try step(values.count)
    return try checked(.tuple(values))
  }

  /// A nested run of the template, which needs the machine's stack.
  func nested<T>(_ body: () throws(TemplateError) -> T) throws(TemplateError) -> T {
    calls += 1
    defer { calls -= 1 }
    guard calls <= Self.maximumCalls else {
      throw TemplateError("macros or loops call each other too deeply")
    }
    return try body()
  }

  // MARK: Names

  func global(_ name: String) -> Value? {
    globals[name] ?? Function(rawValue: name).map(Value.function)
  }

  func lookUp(_ name: String, _ scope: Scope) throws(TemplateError) -> Value {
    guard let found = scope.find(name) else {
      throw TemplateError("the name '\(name)' cannot be used here")
    }
    return found ?? .undefined("'\(name)' is undefined")
  }

  // MARK: Statements

  func run(_ body: [Statement], _ scope: Scope) throws(TemplateError) -> LoopExit? {
    for statement in body {
      try step()
      if let exit = try run(statement, scope) { return exit }
    }
    return nil
  }

  private func run(_ statement: Statement, _ scope: Scope) throws(TemplateError) -> LoopExit? {
    switch statement {
    case .text(let text): try write(text)
    case .output(let expressions):
      for expression in expressions { try write(try text(of: try evaluate(expression, scope))) }
    case .branch(let branches, let otherwise):
      for branch in branches where try evaluate(branch.condition, scope).isTrue {
        return try run(branch.body, scope)
      }
      return try run(otherwise, scope)
    case .loop(let loop):
      position = loop.offset
      if loop.isRecursive {
        let values = try evaluate(loop.iterable, scope)
        try write(try recursive(loop, values, depth: 0, scope))
      } else {
        return try run(loop, over: try evaluate(loop.iterable, scope), depth: 0, scope, nil)
      }
    case .set(let target, let expression, let offset):
      let value = try evaluate(expression, scope)
      position = offset
      try assign(target, value, scope)
    case .setBlock(let target, let filter, let body, let frame, let offset):
      let inner = Scope(frame, in: scope, global: global)
      var value = Value.string(try captured(body, inner))
      if let filter { value = try apply(filter, to: value, inner) }
      position = offset
      try assign(target, value, scope)
      inner.clear()
    case .with(let members, let body, let frame):
      let inner = Scope(frame, in: scope, global: global)
      for (target, expression) in members {
        try assign(target, try evaluate(expression, scope), inner)
      }
      let exit = try run(body, inner)
      inner.clear()
      return exit
    case .filterBlock(let filter, let body, let frame):
      let inner = Scope(frame, in: scope, global: global)
      let value = Value.string(try captured(body, inner))
      try write(try text(of: try apply(filter, to: value, inner)))
      inner.clear()
    case .macro(let macro):
      scope.set(macro.name ?? "", .macro(BoundMacro(macro, in: scope)))
    case .callBlock(let call, let macro):
      let caller = Value.macro(BoundMacro(macro, in: scope))
      guard case .call(let function, let given) = call.kind else { return nil }
      let value = try evaluate(function, scope)
      var arguments = try evaluate(given, scope)
      guard arguments["caller"] == nil else { throw TemplateError("'caller' is given twice") }
      arguments.named.append(("caller", caller))
      position = call.offset
      try write(try text(of: try self.call(value, arguments)))
    case .generation(let macro):
      try write(try text(of: try self.call(BoundMacro(macro, in: scope), CallArguments())))
    case .exit(let exit): return exit
    }
    return nil
  }

  /// What a body writes.
  func captured(_ body: [Statement], _ scope: Scope) throws(TemplateError) -> String {
    try capture { () throws(TemplateError) in _ = try run(body, scope) }
  }

  /// What is written meanwhile.
  func capture(_ body: () throws(TemplateError) -> Void) throws(TemplateError) -> String {
    let outside = output
    output = ""
    defer { output = outside }
    try body()
    return output
  }

  func assign(_ target: Target, _ value: Value, _ scope: Scope) throws(TemplateError) {
    switch target {
    case .name(let name): scope.set(name, value)
    case .attribute(let name, let attribute):
      guard case .namespace(let namespace) = try lookUp(name, scope) else {
        throw TemplateError(
          "cannot assign to \(name).\(attribute): only a namespace's members can be set")
      }
      namespace[attribute] = try checked(value)
    case .tuple(let parts):
      let values = try items(of: value)
      guard values.count == parts.count else {
        throw TemplateError("cannot unpack \(values.count) values into \(parts.count) names")
      }
      for (part, value) in zip(parts, values) { try assign(part, value, scope) }
    }
  }
}
