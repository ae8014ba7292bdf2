extension Interpreter {
  /// Filters that compare a value's items.
  func sortFilter(
    _ name: String, _ value: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> Value? {
    switch name {
    case "sort":
      let given = try arguments.bound(name, ["reverse", "case_sensitive", "attribute"])
      let isSensitive = given[1]?.isTrue ?? false
      var attributes: [Value] = [given[2] ?? .none]
      if let text = given[2]?.string {
        attributes = text.split(separator: ",", omittingEmptySubsequences: false).map {
          .string(String($0))
        }
      }
      var keyed: [(Value, Value)] = []
      for item in try items(of: value) {
        var keys: [Value] = []
        for attribute in attributes {
          keys.append(try folded(try member(attribute, of: item), unless: isSensitive))
        }
        keyed.append((.list(keys), item))
      }
      return try list(
        try sorted(keyed, by: \.0, reversed: given[0]?.isTrue ?? false).map(\.1))
    case "dictsort":
      let given = try arguments.bound(name, ["case_sensitive", "by", "reverse"])
      guard case .dictionary(let members) = value else {
        throw TemplateError("dictsort of \(value.kind)")
      }
      let by = try given[1].string(name) ?? "key"
      guard by == "key" || by == "value" else {
        throw TemplateError("dictsort sorts by 'key' or by 'value'")
      }
      var keyed: [(Value, Value)] = []
      for (key, member) in zip(members.keys, members.values) {
        keyed.append(
          (
            try folded(by == "key" ? key : member, unless: given[0]?.isTrue ?? false),
            .tuple([key, member])
          ))
      }
      return try list(
        try sorted(keyed, by: \.0, reversed: given[2]?.isTrue ?? false).map(\.1))
    case "unique":
      let given = try arguments.bound(name, ["case_sensitive", "attribute"])
      var seen: Set<Key> = []
      var kept: [Value] = []
      for item in try items(of: value) {
        let member = try member(given[1] ?? .none, of: item)
        if seen.insert(try key(try folded(member, unless: given[0]?.isTrue ?? false))).inserted {
          kept.append(item)
        }
      }
      return .iterator(ItemIterator(kept))
    case "min", "max":
      let given = try arguments.bound(name, ["case_sensitive", "attribute"])
      var best: (key: Value, item: Value)?
      for item in try items(of: value) {
        let key = try folded(
          try member(given[1] ?? .none, of: item), unless: given[0]?.isTrue ?? false)
        guard let current = best else {
          best = (key, item)
          continue
        }
        if try holds(name == "min" ? .less : .greater, key, current.key) { best = (key, item) }
      }
      return best?.item ?? .undefined("the sequence is empty")
    case "groupby": return try groups(value, arguments)
    default: return nil
    }
  }

  private func groups(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
    let given = try arguments.bound(
      "groupby", ["attribute", "default", "case_sensitive"], required: 1)
    let standard = given[1].flatMap { $0.isNone ? nil : $0 }
    let isSensitive = given[2]?.isTrue ?? false
    var keyed: [(Value, Value)] = []
    for item in try items(of: value) {
      let key = try member(given[0] ?? .none, of: item, default: standard)
      keyed.append((try folded(key, unless: isSensitive), item))
    }
    var groups: [(key: Value, items: [Value])] = []
    for (key, item) in try sorted(keyed, by: \.0) {
      if let last = groups.last, try equal(last.key, key) {
        groups[groups.count - 1].items.append(item)
      } else {
        groups.append((key, [item]))
      }
    }
    var result: [Value] = []
    for group in groups {
      let key =
        isSensitive
        ? group.key : try member(given[0] ?? .none, of: group.items[0], default: standard)
      var pair = Items([key, try list(group.items)])
      pair.isGroup = true
      result.append(.tuple(pair))
    }
    return try list(result)
  }

  /// Strings in lower case, for comparisons that do not see the case.
  private func folded(_ value: Value, unless isSensitive: Bool) throws(TemplateError) -> Value {
    if case .markup = value { throw markupProblem }
    guard !isSensitive, let text = value.string else { return value }
    try charge(text)
    return .string(text.pythonLower)
  }

  /// Sorted as Python's `sorted`: equal elements stay in order. A merge sort, because a comparison
  /// may throw.
  func sorted<Element>(
    _ elements: [Element], by key: (Element) -> Value, reversed: Bool = false
  ) throws(TemplateError) -> [Element] {
    guard elements.count > 1 else { return elements }
    let middle = elements.count / 2
    let left = try sorted(Array(elements[..<middle]), by: key, reversed: reversed)
    let right = try sorted(Array(elements[middle...]), by: key, reversed: reversed)
    var merged: [Element] = []
    merged.reserveCapacity(elements.count)
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      let takesRight =
        reversed
        ? try holds(.less, key(left[i]), key(right[j]))
        : try holds(.less, key(right[j]), key(left[i]))
      if takesRight {
        merged.append(right[j])
        j += 1
      } else {
        merged.append(left[i])
        i += 1
      }
    }
    return merged + left[i...] + right[j...]
  }
}
