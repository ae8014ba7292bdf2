extension Interpreter {
  /// What `{{ }}` prints: Python's `str`.
  func text(of value: Value) throws(TemplateError) -> String {
    switch value {
    case .undefined: return ""
    case .string(let text), .markup(let text): return text
    default:
      var text = ""
      try represent(value, &text)
      return text
    }
  }

  /// Python's `repr`.
  func representation(_ value: Value) throws(TemplateError) -> String {
    var text = ""
    try represent(value, &text)
    return text
  }

  private func represent(_ value: Value, _ text: inout String) throws(TemplateError) {
    try step()
    switch value {
    case .undefined: text += "Undefined"
    case .none: text += "None"
    case .bool(let flag): text += flag ? "True" : "False"
    case .integer(let number): text += String(number)
    case .double(let number): text += PythonNumber.text(number)
    case .string(let string):
      try charge(string)
      text += string.pythonQuoted
    case .list(let items): try represent(items.values, "[", "]", &text)
    case .tuple(let items):
      try represent(items.values, "(", items.values.count == 1 ? ",)" : ")", &text)
    case .dictionary(let members):
      text += "{"
      for (index, (key, value)) in zip(members.keys, members.values).enumerated() {
        if index > 0 { text += ", " }
        try represent(key, &text)
        text += ": "
        try represent(value, &text)
      }
      text += "}"
    case .view(_, let view):
      try represent(try items(of: value), "dict_\(view.rawValue)([", "])", &text)
    case .range(let from, let to, let by):
      text += by == 1 ? "range(\(from), \(to))" : "range(\(from), \(to), \(by))"
    case .macro(let bound):
      text += bound.macro.name.map { "<Macro \($0.pythonQuoted)>" } ?? "<Macro anonymous>"
    case .loop(let loop):
      text += "<LoopContext \(loop.index0 + 1)/\(try loop.length())>"
    // Python prints addresses, or parts that we do not have.
    case .markup(let string):
      try charge(string)
      text += "Markup(\(string.pythonQuoted))"
    case .namespace, .iterator, .function, .method:
      throw TemplateError("\(value.kind) cannot be printed here")
    }
    guard text.utf8.count <= Self.maximumText else { throw .tooLong }
  }

  private func represent(
    _ values: [Value], _ open: String, _ close: String, _ text: inout String
  ) throws(TemplateError) {
    text += open
    for (index, value) in values.enumerated() {
      if index > 0 { text += ", " }
      try represent(value, &text)
    }
    text += close
  }
}
