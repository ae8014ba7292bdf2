/// Values that change, or are the same wherever they are.

/// `namespace()`: assignments are seen everywhere.
package final class Namespace {
  private(set) var members: [(String, Value)] = []

  init(_ members: [(String, Value)]) { for (name, value) in members { self[name] = value } }

  subscript(name: String) -> Value? {
    get { members.first { $0.0 == name }?.1 }
    set {
      members.removeAll { $0.0 == name }
      if let newValue { members.append((name, newValue)) }
    }
  }
}

/// What can be gone through once. An error in the middle shows when its turn comes.
package final class ItemIterator {
  private let produce: () throws(TemplateError) -> Value?
  /// A list's or mapping's iterator in Python has no truth of its own and no length.
  init(_ produce: @escaping () throws(TemplateError) -> Value?) { self.produce = produce }

  convenience init(_ values: [Value]) {
    var index = 0
    self.init { () throws(TemplateError) in
      guard index < values.count else { return nil }
      defer { index += 1 }
      return values[index]
    }
  }

  func next() throws(TemplateError) -> Value? { try produce() }
}

/// A macro with the scope that it sees.
package final class BoundMacro {
  let macro: Macro
  let scope: Scope

  init(_ macro: Macro, in scope: Scope) {
    self.macro = macro
    self.scope = scope
  }
}

/// `loop` inside of a `for` (jinja2/runtime.py, `LoopContext`).
package final class LoopState {
  private let source: ItemIterator
  private var waiting: [Value] = []
  private var knownLength: Int?
  private(set) var index0 = -1
  private(set) var current: Value?
  private(set) var previous: Value?
  let depth0: Int
  /// Renders the loop's body for the items of a deeper level; nil where it is not recursive.
  let recurse: ((Value, Int) throws(TemplateError) -> String)?
  var lastChanged: [Value]?

  init(
    _ source: ItemIterator, length: Int?, depth0: Int,
    recurse: ((Value, Int) throws(TemplateError) -> String)?
  ) {
    self.source = source
    knownLength = length
    self.depth0 = depth0
    self.recurse = recurse
  }

  /// The next turn's value.
  func advance() throws(TemplateError) -> Value? {
    let value = waiting.isEmpty ? try source.next() : waiting.removeFirst()
    guard let value else { return nil }
    index0 += 1
    previous = current
    current = value
    return value
  }

  func peek() throws(TemplateError) -> Value? {
    if let first = waiting.first { return first }
    guard let value = try source.next() else { return nil }
    waiting.append(value)
    return value
  }

  func length() throws(TemplateError) -> Int {
    if let knownLength { return knownLength }
    while let value = try source.next() { waiting.append(value) }
    let length = index0 + 1 + waiting.count
    knownLength = length
    return length
  }
}
