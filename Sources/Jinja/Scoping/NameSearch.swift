/// Which of some special names a part of a template reads before it assigns them.
struct NameSearch {
  private var wanted: Set<String>
  private var found: Set<String> = []

  static func loads(of names: Set<String>, in statements: [Statement]) -> Set<String> {
    var search = NameSearch(wanted: names)
    search.visit(statements)
    return search.found
  }

  private mutating func visit(_ expression: Expression) {
    if case .name(let name) = expression.kind, wanted.contains(name) { found.insert(name) }
    for part in expression.kind.parts { visit(part) }
  }

  private mutating func visit(_ target: Target) { wanted.subtract(target.names) }

  private mutating func visit(_ macro: Macro) {
    for parameter in macro.parameters { wanted.remove(parameter.name) }
    for parameter in macro.parameters { parameter.standard.map { visit($0) } }
    visit(macro.body)
  }

  private mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement {
    case .text, .exit: break
    case .output(let expressions): for expression in expressions { visit(expression) }
    case .branch(let branches, let otherwise):
      for branch in branches {
        visit(branch.condition)
        visit(branch.body)
      }
      visit(otherwise)
    case .loop(let loop):
      visit(loop.target)
      visit(loop.iterable)
      visit(loop.body)
      visit(loop.otherwise)
      loop.condition.map { visit($0) }
    case .set(let target, let expression, _):
      visit(target)
      visit(expression)
    case .setBlock(let target, let filter, let body, _, _):
      visit(target)
      filter.map { visit($0) }
      visit(body)
    case .with(let members, let body, _):
      for member in members { visit(member.0) }
      for member in members { visit(member.1) }
      visit(body)
    case .filterBlock(let filter, let body, _):
      visit(body)
      visit(filter)
    case .macro(let macro), .generation(let macro): visit(macro)
    case .callBlock(let call, let macro):
      visit(call)
      visit(macro)
    }
  }
}
