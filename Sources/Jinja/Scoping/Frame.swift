/// The names of one scope, in the order of their first mention, and what decides the value with which
/// each begins. Jinja decides that when it compiles a template (jinja2/idtracking.py): a name that
/// is assigned anywhere in a scope is that scope's from its beginning.
struct Frame: Sendable {
  struct Name: Sendable {
    let name: String
    var isParameter: Bool
    /// Assigned somewhere in this scope.
    var isStored: Bool
    /// Whether its first mention is an assignment that no `if` makes conditional.
    let beginsStored: Bool
  }

  private(set) var names: [Name] = []
  private var depth = 0

  private mutating func mention(_ name: String, stores: Bool, isParameter: Bool = false) {
    if let index = names.firstIndex(where: { $0.name == name }) {
      if stores { names[index].isStored = true }
      if isParameter { names[index].isParameter = true }
    } else {
      names.append(
        Name(
          name: name, isParameter: isParameter, isStored: stores,
          beginsStored: stores && depth == 0))
    }
  }

  mutating func declare(_ name: String) { mention(name, stores: true, isParameter: true) }

  mutating func declare(_ target: Target) { target.names.forEach { declare($0) } }

  mutating func visit(_ expression: Expression) {
    if case .name(let name) = expression.kind { mention(name, stores: false) }
    for part in expression.kind.parts { visit(part) }
  }

  private mutating func visit(_ target: Target) {
    switch target {
    case .name(let name): mention(name, stores: true)
    case .attribute(let name, _): mention(name, stores: false)
    case .tuple(let parts): for part in parts { visit(part) }
    }
  }

  mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  /// What is inside of loops, macros and blocks is of scopes of their own.
  private mutating func visit(_ statement: Statement) {
    switch statement {
    case .text, .exit, .generation: break
    case .output(let expressions): for expression in expressions { visit(expression) }
    case .branch(let branches, let otherwise):
      // A further branch is a condition inside of the first one's.
      for (index, branch) in branches.enumerated() {
        if index > 0 { depth += 1 }
        visit(branch.condition)
        depth += 1
        visit(branch.body)
        depth -= index > 0 ? 2 : 1
      }
      depth += 1
      visit(otherwise)
      depth -= 1
    case .loop(let loop): visit(loop.iterable)
    case .set(let target, let expression, _):
      visit(expression)
      visit(target)
    case .setBlock(let target, _, _, _, _): visit(target)
    case .with(let members, _, _): for member in members { visit(member.1) }
    case .filterBlock(let filter, _, _): visit(filter)
    case .macro(let macro): macro.name.map { mention($0, stores: true) }
    case .callBlock(let call, _): visit(call)
    }
  }
}
