/// Runs a parsed template.
struct Interpreter {
  private var scopes: [[String: Value]]
  var namespaces: [[(String, Value)]] = []
  private var output = ""
  private var steps = 0
  private var depth = 0

  /// A conversation of a thousand messages takes some ten thousand steps.
  private static let maximumSteps = 2_000_000
  private static let maximumOutput = 64 << 20
  private static let maximumDepth = 128

  static func render(
    _ program: [Statement], globals: [String: Value]
  ) throws(TemplateError) -> String {
    var interpreter = Interpreter(scopes: [globals])
    _ = try interpreter.run(program)
    return interpreter.output
  }

  private init(scopes: [[String: Value]]) { self.scopes = scopes }

  mutating func step(_ cost: Int = 1) throws(TemplateError) {
    steps += cost
    guard steps <= Self.maximumSteps, output.utf8.count <= Self.maximumOutput else {
      throw .tooLong
    }
  }

  private mutating func run(_ body: [Statement]) throws(TemplateError) -> LoopExit? {
    for statement in body {
      try step()
      if let exit = try run(statement) { return exit }
    }
    return nil
  }

  private mutating func run(_ statement: Statement) throws(TemplateError) -> LoopExit? {
    switch statement {
    case .text(let text): output += text
    case .output(let expression): output += try evaluate(expression).text
    case .branch(let branches, let otherwise):
      for branch in branches where try evaluate(branch.condition).isTrue {
        return try run(branch.body)
      }
      return try run(otherwise)
    case .loop(let targets, let iterable, let condition, let body, let otherwise):
      return try loop(targets, iterable, condition, body, otherwise)
    case .set(let names, let expression):
      try assign(names, try evaluate(expression))
    case .setAttribute(let name, let attribute, let expression):
      guard case .namespace(let index) = lookUp(name) else {
        throw TemplateError("cannot assign to \(name).\(attribute): only a namespace's can be set")
      }
      let value = try evaluate(expression)
      namespaces[index].removeAll { $0.0 == attribute }
      namespaces[index].append((attribute, value))
    case .setBlock(let name, let body):
      scopes[scopes.count - 1][name] = .string(try captured(body))
    case .macro(let macro): scopes[scopes.count - 1][macro.name] = .macro(macro)
    case .exit(let exit): return exit
    }
    return nil
  }

  private mutating func assign(_ names: [String], _ value: Value) throws(TemplateError) {
    if names.count == 1 {
      scopes[scopes.count - 1][names[0]] = value
      return
    }
    let values = try items(of: value)
    guard values.count == names.count else {
      throw TemplateError("cannot unpack \(values.count) values into \(names.count) names")
    }
    for (name, value) in zip(names, values) { scopes[scopes.count - 1][name] = value }
  }

  private mutating func loop(
    _ targets: [String], _ iterable: Expression, _ condition: Expression?,
    _ body: [Statement], _ otherwise: [Statement]
  ) throws(TemplateError) -> LoopExit? {
    var values = try items(of: try evaluate(iterable))
    scopes.append([:])
    defer { scopes.removeLast() }
    if let condition {
      var kept: [Value] = []
      for value in values {
        try assign(targets, value)
        if try evaluate(condition).isTrue { kept.append(value) }
      }
      values = kept
    }
    if values.isEmpty { return try run(otherwise) }
    for (index, value) in values.enumerated() {
      try step()
      scopes[scopes.count - 1] = [:]
      try assign(targets, value)
      scopes[scopes.count - 1]["loop"] = .dictionary([
        ("index", .integer(index + 1)), ("index0", .integer(index)),
        ("revindex", .integer(values.count - index)),
        ("revindex0", .integer(values.count - index - 1)), ("first", .bool(index == 0)),
        ("last", .bool(index == values.count - 1)), ("length", .integer(values.count)),
        ("previtem", index > 0 ? values[index - 1] : .undefined("loop.previtem")),
        (
          "nextitem",
          index + 1 < values.count ? values[index + 1] : .undefined("loop.nextitem")
        ),
      ])
      if case .breaking? = try run(body) { break }
    }
    return nil
  }

  /// What a `for` sees in a value.
  mutating func items(of value: Value) throws(TemplateError) -> [Value] {
    let items: [Value]
    switch value {
    case .list(let values): items = values
    case .dictionary(let members): items = members.map { .string($0.0) }
    case .string(let text): items = text.unicodeScalars.map { .string(String($0)) }
    case .undefined: items = []
    default: throw TemplateError("a \(value.kind) cannot be iterated")
    }
    try step(items.count)
    return items
  }

  private mutating func captured(_ body: [Statement]) throws(TemplateError) -> String {
    let outside = output
    output = ""
    defer { output = outside }
    scopes.append([:])
    defer { scopes.removeLast() }
    _ = try run(body)
    return output
  }

  func lookUp(_ name: String) -> Value {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return Function(rawValue: name).map(Value.function) ?? .undefined(name)
  }

  mutating func call(
    _ macro: Macro, _ positional: [Value], _ named: [(String, Value)]
  ) throws(TemplateError) -> Value {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth / 4 else {
      throw TemplateError("macros call each other too deeply")
    }
    guard positional.count <= macro.parameters.count else {
      throw TemplateError("the macro '\(macro.name)' takes \(macro.parameters.count) arguments")
    }
    var scope: [String: Value] = [:]
    for (index, parameter) in macro.parameters.enumerated() {
      if index < positional.count {
        scope[parameter.name] = positional[index]
      } else if let given = named.first(where: { $0.0 == parameter.name }) {
        scope[parameter.name] = given.1
      } else if let standard = parameter.standard {
        scope[parameter.name] = try evaluate(standard)
      } else {
        scope[parameter.name] = .undefined(parameter.name)
      }
    }
    // A macro sees the template's own names, not those of its caller.
    let callers = scopes
    scopes = [scopes[0], scope]
    defer { scopes = callers }
    return .string(try captured(macro.body))
  }
}
