extension Interpreter {
  /// Filters that go through a value.
  func listFilter(
    _ name: String, _ value: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> Value? {
    switch name {
    case "list":
      _ = try arguments.plain(name, 0...0)
      return try list(try items(of: value))
    case "first":
      _ = try arguments.plain(name, 0...0)
      return try iterator(over: value).next() ?? .undefined("the sequence is empty")
    case "last":
      _ = try arguments.plain(name, 0...0)
      if case .iterator = value { throw TemplateError("an iterator has no last item") }
      return try items(of: value).last ?? .undefined("the sequence is empty")
    case "join": return try joined(value, arguments)
    case "items":
      _ = try arguments.plain(name, 0...0)
      if value.isUndefined { return .iterator(ItemIterator([])) }
      guard case .dictionary(let members) = value else {
        return Self.failing(TemplateError("items of \(value.kind)"))
      }
      return .iterator(ItemIterator(try items(of: .view(members, .items))))
    case "reverse":
      _ = try arguments.plain(name, 0...0)
      if let text = value.string { return try slice(.string(text), nil, nil, -1) }
      let values = Array(try items(of: value).reversed())
      if case .iterator = value { return try list(values) }
      return .iterator(ItemIterator(values))
    case "map": return mapped(value, arguments)
    case "select", "reject", "selectattr", "rejectattr": return selected(name, value, arguments)
    case "batch", "slice":
      return try name == "batch" ? batches(value, arguments) : slices(value, arguments)
    case "sum": return try sum(value, arguments)
    default: return nil
    }
  }

  /// A generator that fails when it is asked.
  private static func failing(_ error: TemplateError) -> Value {
    .iterator(ItemIterator { () throws(TemplateError) in throw error })
  }

  private func joined(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
    let given = try arguments.bound("join", ["d", "attribute"])
    let separator = try text(of: given[0] ?? .string(""))
    var texts: [String] = []
    var total = 0
    for item in try items(of: value) {
      var item = item
      if let attribute = given[1], !attribute.isNone { item = try member(attribute, of: item) }
      let text = try text(of: item)
      total += text.utf8.count + separator.utf8.count
      try charge(text: total / 8)
      guard total <= Self.maximumText else { throw .tooLong }
      texts.append(text)
    }
    try charge(text: total)
    return .string(texts.joined(separator: separator))
  }

  /// What an `attribute` argument names: `a.b.0`.
  func member(
    _ attribute: Value, of value: Value, default standard: Value? = nil
  ) throws(TemplateError) -> Value {
    var value = value
    for part in try parts(of: attribute) {
      value = try item(part, of: value)
      if let standard, value.isUndefined { value = standard }
    }
    return value
  }

  private func parts(of attribute: Value) throws(TemplateError) -> [Value] {
    guard let text = attribute.string else { return attribute.isNone ? [] : [attribute] }
    var parts: [Value] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      guard !part.isEmpty, part.unicodeScalars.allSatisfy(\.isDigit) else {
        parts.append(.string(String(part)))
        continue
      }
      guard let index = Int(part) else { throw .outOfRange }
      parts.append(.integer(index))
    }
    return parts
  }

  private func mapped(_ value: Value, _ arguments: CallArguments) -> Value {
    guard value.isTrue else { return .iterator(ItemIterator([])) }
    let deferred = Deferred { [self] () throws(TemplateError) in
      let source = try iterator(over: value)
      if arguments.positional.isEmpty, let attribute = arguments["attribute"] {
        let others = arguments.named.filter { $0.0 != "attribute" && $0.0 != "default" }
        guard others.isEmpty else { throw TemplateError("map takes no argument '\(others[0].0)'") }
        let standard = arguments["default"].flatMap { $0.isNone ? nil : $0 }
        return ItemIterator { [self] () throws(TemplateError) in
          guard let item = try source.next() else { return nil }
          return try member(attribute, of: item, default: standard)
        }
      }
      guard let name = arguments.positional.first?.string else {
        throw TemplateError("map needs a filter's name")
      }
      var rest = arguments
      rest.positional.removeFirst()
      return ItemIterator { [self, rest] () throws(TemplateError) in
        guard let item = try source.next() else { return nil }
        return try filter(name, item, rest)
      }
    }
    return .iterator(deferred.iterator)
  }

  private func selected(_ name: String, _ value: Value, _ arguments: CallArguments) -> Value {
    guard value.isTrue else { return .iterator(ItemIterator([])) }
    let rejects = name.hasPrefix("reject")
    let hasAttribute = name.hasSuffix("attr")
    let deferred = Deferred { [self] () throws(TemplateError) in
      let source = try iterator(over: value)
      var rest = arguments
      var attribute: Value?
      if hasAttribute {
        guard !rest.positional.isEmpty else { throw TemplateError("\(name) needs an attribute") }
        attribute = rest.positional.removeFirst()
      }
      var test: String?
      if !rest.positional.isEmpty {
        guard let name = rest.positional.removeFirst().string else {
          throw TemplateError("\(name): a test's name is a string")
        }
        test = name
      } else if let first = rest.named.first {
        // Python leaves it out without a word; so do we not.
        throw TemplateError("\(name) takes no argument '\(first.0)'")
      }
      return ItemIterator { [self, test, rest, attribute] () throws(TemplateError) in
        while let item = try source.next() {
          try step()
          let tested = try attribute.map { attribute throws(TemplateError) in
            try member(attribute, of: item)
          } ?? item
          let holds = try test.map { name throws(TemplateError) in
            try self.test(name, tested, rest)
          } ?? tested.isTrue
          if holds != rejects { return item }
        }
        return nil
      }
    }
    return .iterator(deferred.iterator)
  }

  private func batches(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
    let given = try arguments.bound("batch", ["linecount", "fill_with"], required: 1)
    let count = try given[0].integer("batch") ?? 1
    guard (1...100_000).contains(count) else {
      throw TemplateError("batch: a count of \(count) is not supported")
    }
    let values = try items(of: value)
    var batches: [Value] = []
    for start in stride(from: 0, to: values.count, by: count) {
      var batch = Array(values[start..<min(start + count, values.count)])
      if let fill = given[1], !fill.isNone {
        batch += Array(repeating: fill, count: count - batch.count)
      }
      batches.append(try list(batch))
    }
    return .iterator(ItemIterator(batches))
  }

  private func slices(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
    let given = try arguments.bound("slice", ["slices", "fill_with"], required: 1)
    let count = try given[0].integer("slice") ?? 1
    guard (1...100_000).contains(count) else {
      throw TemplateError("slice: a count of \(count) is not supported")
    }
    let values = try items(of: value)
    let (size, extra) = values.count.quotientAndRemainder(dividingBy: count)
    var slices: [Value] = []
    var start = 0
    for number in 0..<count {
      let end = start + size + (number < extra ? 1 : 0)
      var slice = Array(values[start..<end])
      if let fill = given[1], !fill.isNone, number >= extra { slice.append(fill) }
      slices.append(try list(slice))
      start = end
    }
    return .iterator(ItemIterator(slices))
  }

  private func sum(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
    let given = try arguments.bound("sum", ["attribute", "start"])
    var sum = given[1] ?? .integer(0)
    // Python's `sum` refuses strings.
    if case .string = sum { throw TemplateError("sum of strings") }
    for item in try items(of: value) {
      var item = item
      if let attribute = given[0], !attribute.isNone { item = try member(attribute, of: item) }
      sum = try compute(.add, sum, item)
    }
    return sum
  }
}

/// An iterator that is made when it is first asked.
private struct Deferred {
  let iterator: ItemIterator

  init(_ make: @escaping () throws(TemplateError) -> ItemIterator) {
    var made: ItemIterator?
    iterator = ItemIterator { () throws(TemplateError) in
      let source: ItemIterator
      if let made {
        source = made
      } else {
        source = try make()
        made = source
      }
      return try source.next()
    }
  }
}
