/// A scope at work: its names' values, and the scope around it. Macros keep the scope in which they
/// were made, and see what it holds when they are called.
final class Scope {
  let parent: Scope?
  private var names: [String] = []
  /// Nil where a name has no value yet.
  private var values: [Value?] = []

  /// Enters a scope.
  ///
  /// - Parameter global: a variable that no scope has assigned.
  init(_ frame: Frame, in parent: Scope?, global: (String) -> Value?) {
    self.parent = parent
    for name in frame.names {
      let outer = parent?.holder(of: name.name)
      // A name that is only read here belongs to the scope that knows it.
      if !name.isParameter, !name.isStored, outer != nil { continue }
      names.append(name.name)
      values.append(initial(name, outer, global))
    }
  }

  private func initial(
    _ name: Frame.Name, _ outer: Scope?, _ global: (String) -> Value?
  ) -> Value? {
    if name.isParameter { return nil }
    if let outer { return outer.own(name.name) }
    return name.beginsStored ? nil : global(name.name)
  }

  /// A loop's next turn: every name begins anew, except for those that the loop assigns.
  func restart(_ frame: Frame, global: (String) -> Value?) {
    for name in frame.names where !name.isParameter {
      guard let index = names.firstIndex(of: name.name) else { continue }
      values[index] = initial(name, parent?.holder(of: name.name), global)
    }
  }

  /// The scope's end: what still refers to it finds nothing.
  func clear() { for index in values.indices { values[index] = nil } }

  private func own(_ name: String) -> Value? {
    names.firstIndex(of: name).flatMap { values[$0] }
  }

  /// The innermost scope to which a name belongs.
  func holder(of name: String) -> Scope? {
    var scope: Scope? = self
    while let current = scope {
      if current.names.contains(name) { return current }
      scope = current.parent
    }
    return nil
  }

  /// The value of a name; nil where it has none, and nil inside where no scope knows it.
  func find(_ name: String) -> Value?? {
    var scope: Scope? = self
    while let current = scope {
      if let index = current.names.firstIndex(of: name) { return .some(current.values[index]) }
      scope = current.parent
    }
    return nil
  }

  /// Assigns a name of this scope.
  func set(_ name: String, _ value: Value?) {
    guard let index = names.firstIndex(of: name) else { return }
    values[index] = value
  }
}
