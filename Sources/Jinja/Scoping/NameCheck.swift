/// What Jinja finds when it compiles a template: filters and tests that nobody knows, outside of
/// branches that may never run, and assignments to `loop`.
struct NameCheck {
  /// Inside of an `if`, where a name is looked up only when its turn comes.
  private var isConditional = false
  private var isInLoop = false

  static func check(_ statements: [Statement]) throws(TemplateError) {
    var check = NameCheck()
    try check.visit(statements)
  }

  private mutating func inside(
    conditional: Bool, _ body: (inout NameCheck) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    let outside = isConditional
    isConditional = conditional
    defer { isConditional = outside }
    try body(&self)
  }

  private mutating func visit(_ expression: Expression) throws(TemplateError) {
    switch expression.kind {
    case .filter(_, let name, _) where !isConditional && !Filter.isKnown(name):
      throw TemplateError("there is no filter '\(name)'")
    case .test(_, let name, _) where !isConditional && !Test.isKnown(name):
      throw TemplateError("there is no test '\(name)'")
    case .conditional:
      try inside(conditional: true) { check throws(TemplateError) in
        for part in expression.kind.parts { try check.visit(part) }
      }
      return
    default: break
    }
    for part in expression.kind.parts { try visit(part) }
  }

  private func visit(_ target: Target) throws(TemplateError) {
    guard !isInLoop || !target.names.contains("loop") else {
      throw TemplateError("inside of a loop, 'loop' cannot be assigned")
    }
  }

  private mutating func visit(_ statements: [Statement]) throws(TemplateError) {
    for statement in statements { try visit(statement) }
  }

  private mutating func block(_ statements: [Statement]) throws(TemplateError) {
    try inside(conditional: false) { check throws(TemplateError) in
      try check.visit(statements)
    }
  }

  private mutating func visit(_ macro: Macro) throws(TemplateError) {
    try inside(conditional: false) { check throws(TemplateError) in
      for parameter in macro.parameters {
        if let standard = parameter.standard { try check.visit(standard) }
      }
      try check.visit(macro.body)
    }
  }

  private mutating func visit(_ loop: Loop) throws(TemplateError) {
    let outside = isInLoop
    isInLoop = true
    defer { isInLoop = outside }
    try visit(loop.target)
    try visit(loop.iterable)
    if let condition = loop.condition {
      try inside(conditional: false) { check throws(TemplateError) in try check.visit(condition) }
    }
    try block(loop.body)
    try block(loop.otherwise)
  }

  private mutating func visit(_ statement: Statement) throws(TemplateError) {
    switch statement {
    case .text, .exit: break
    case .output(let expressions): for expression in expressions { try visit(expression) }
    case .branch(let branches, let otherwise):
      try inside(conditional: true) { check throws(TemplateError) in
        for branch in branches {
          try check.visit(branch.condition)
          try check.visit(branch.body)
        }
        try check.visit(otherwise)
      }
    case .loop(let loop): try visit(loop)
    case .set(let target, let expression, _):
      try visit(target)
      try visit(expression)
    case .setBlock(let target, let filter, let body, _, _):
      try visit(target)
      if let filter { try visit(filter) }
      try block(body)
    case .with(let members, let body, _):
      for member in members { try visit(member.1) }
      try block(body)
    case .filterBlock(let filter, let body, _):
      try inside(conditional: false) { check throws(TemplateError) in try check.visit(filter) }
      try block(body)
    case .macro(let macro), .generation(let macro): try visit(macro)
    case .callBlock(let call, let macro):
      try visit(call)
      try visit(macro)
    }
  }
}
