extension Interpreter {
  /// Runs a loop.
  ///
  /// - Parameter recurse: renders the loop for deeper items, where it is recursive.
  func run(
    _ loop: Loop, over iterable: Value, depth: Int, _ scope: Scope,
    _ recurse: ((Value, Int) throws(TemplateError) -> String)?
  ) throws(TemplateError) -> LoopExit? {
    let inner = Scope(loop.bodyFrame, in: scope, global: global)
    var source = try iterator(over: iterable)
    var length = try self.length(of: iterable)
    if let condition = loop.condition {
      source = filtered(source, by: condition, of: loop, scope)
      length = nil
    }
    let state = LoopState(source, length: length, depth0: depth, recurse: recurse)
    var ranThrough = false
    var exit: LoopExit?
    while let value = try state.advance() {
      try step()
      try assign(loop.target, value, inner)
      if loop.knowsLoop { inner.set("loop", .loop(state)) }
      inner.restart(loop.bodyFrame, global: global)
      exit = try run(loop.body, inner)
      if case .breaking? = exit { break }
      // As in Jinja: a turn that `continue` ends does not count.
      if exit == nil { ranThrough = true }
    }
    inner.clear()
    guard !loop.otherwise.isEmpty, !ranThrough else { return nil }
    let other = Scope(loop.otherwiseFrame, in: scope, global: global)
    defer { other.clear() }
    return try run(loop.otherwise, other)
  }

  private func filtered(
    _ source: ItemIterator, by condition: Expression, of loop: Loop, _ scope: Scope
  ) -> ItemIterator {
    let test = Scope(loop.conditionFrame, in: scope, global: global)
    return ItemIterator { [self] () throws(TemplateError) in
      while let value = try source.next() {
        try step()
        try assign(loop.target, value, test)
        guard try evaluate(condition, test).isTrue else { continue }
        // Jinja hands on what it has unpacked, not what it unpacked it from.
        if case .tuple = loop.target { return try packed(loop.target, test) }
        return value
      }
      return nil
    }
  }

  private func packed(_ target: Target, _ scope: Scope) throws(TemplateError) -> Value {
    switch target {
    case .name(let name): return try lookUp(name, scope)
    case .attribute: throw TemplateError("a loop cannot assign to an attribute")
    case .tuple(let parts):
      var values: [Value] = []
      for part in parts { values.append(try packed(part, scope)) }
      return try tuple(values)
    }
  }

  /// What a loop with `recursive` writes.
  func recursive(
    _ loop: Loop, _ values: Value, depth: Int, _ scope: Scope
  ) throws(TemplateError) -> String {
    try nested { () throws(TemplateError) in
      try capture { () throws(TemplateError) in
        _ = try run(loop, over: values, depth: depth, scope) {
          [self] values, depth throws(TemplateError) in
          try recursive(loop, values, depth: depth, scope)
        }
      }
    }
  }

  /// The values that a `for` sees, one after the other.
  func iterator(over value: Value) throws(TemplateError) -> ItemIterator {
    switch value {
    case .iterator(let iterator): return iterator
    case .range(let from, _, let by):
      // Made as they are wanted: a range may be long.
      let count = value.rangeCount
      guard count <= 100_000 else { throw TemplateError("a range of more than 100000 numbers") }
      var index = 0
      return ItemIterator { () throws(TemplateError) in
        guard index < count else { return nil }
        defer { index += 1 }
        return .integer(from + index * by)
      }
    default: return ItemIterator(try items(of: value))
    }
  }

  /// All values that a `for` sees.
  func items(of value: Value) throws(TemplateError) -> [Value] {
    let items: [Value]
    switch value {
    case .list(let list), .tuple(let list): items = list.values
    case .dictionary(let members): items = members.keys
    case .view(let members, .keys): items = members.keys
    case .view(let members, .values): items = members.values
    case .view(let members, .items):
      items = zip(members.keys, members.values).map { .tuple([$0, $1]) }
    case .string(let text): items = text.unicodeScalars.map { .string(String($0)) }
    case .undefined: items = []
    case .range, .iterator:
      let iterator = try iterator(over: value)
      var values: [Value] = []
      while let next = try iterator.next() {
        try step()
        values.append(next)
      }
      return values
    default: throw TemplateError("\(value.kind) cannot be gone through")
    }
    try step(items.count)
    return items
  }

  /// Python's `len`; nil where a value has none.
  func length(of value: Value) throws(TemplateError) -> Int? {
    switch value {
    case .list(let items), .tuple(let items): items.values.count
    case .dictionary(let members), .view(let members, _): members.count
    case .string(let text), .markup(let text): try countScalars(text)
    case .range: value.rangeCount
    case .undefined: 0
    case .loop(let loop): try loop.length()
    default: nil
    }
  }

  private func countScalars(_ text: String) throws(TemplateError) -> Int {
    try charge(text)
    return text.unicodeScalars.count
  }
}
