extension Interpreter {
  /// Filters that make a string of a value's text.
  func textFilter(
    _ name: String, _ value: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> Value? {
    if case .markup(let text) = value {
      switch name {
      case "safe", "string", "e", "escape":
        _ = try arguments.plain(name, 0...0)
        return value
      // These keep the mark.
      case "upper", "lower", "capitalize", "trim":
        let result = try textFilter(name, .string(text), arguments)
        return .markup(result?.string ?? "")
      case "title", "replace", "wordcount": break
      case "tojson", "length", "count", "default", "d": return nil
      default: throw markupProblem
      }
    }
    switch name {
    case "upper", "lower", "capitalize", "title", "string", "safe", "wordcount", "e", "escape",
      "forceescape":
      _ = try arguments.plain(name, 0...0)
      let text = try text(of: value)
      try charge(text)
      return try plain(name, text)
    case "trim":
      let given = try arguments.bound(name, ["chars"])
      return .string(
        Self.stripped(
          try text(of: value), try given[0].optionalString(name), left: true, right: true))
    case "replace":
      let given = try arguments.bound(name, ["old", "new", "count"], required: 2)
      return .string(
        try replacing(
          try text(of: value), try text(of: given[0] ?? .none), try text(of: given[1] ?? .none),
          try given[2].optionalInteger(name) ?? -1))
    case "center":
      let given = try arguments.bound(name, ["width"])
      return try stringMethod(
        "center", try text(of: value),
        CallArguments(positional: [.integer(try given[0].integer(name) ?? 80)]))
    case "format":
      guard arguments.named.isEmpty || arguments.positional.isEmpty else {
        throw TemplateError("format takes arguments with names or without, not both")
      }
      let text = try text(of: value)
      if arguments.named.isEmpty {
        return .string(try percentFormat(text, .tuple(arguments.positional)))
      }
      return .string(try percentFormat(text, .dictionary(arguments.named)))
    case "indent": return .string(try indented(value, arguments))
    case "truncate": return .string(try truncated(value, arguments))
    case "urlencode":
      _ = try arguments.plain(name, 0...0)
      guard let text = value.string else {
        throw TemplateError("urlencode of \(value.kind) is not supported")
      }
      return .string(try urlEncoded(text))
    default: return nil
    }
  }

  private func plain(_ name: String, _ text: String) throws(TemplateError) -> Value {
    switch name {
    case "upper": return .string(text.pythonUpper)
    case "lower": return .string(text.pythonLower)
    case "capitalize": return .string(text.pythonCapitalized)
    case "title": return .string(Self.titled(text))
    case "safe": return .markup(text)
    case "wordcount":
      var count = 0
      var isInside = false
      for scalar in text.unicodeScalars {
        if scalar.isWord, !isInside { count += 1 }
        isInside = scalar.isWord
      }
      return .integer(count)
    case "e", "escape", "forceescape":
      return .markup(text.htmlEscaped)
    default: return .string(text)
    }
  }

  /// Words begin after `-`, white space, `(`, `{`, `[` and `<`.
  private static func titled(_ text: String) -> String {
    var result = ""
    var word: [Unicode.Scalar] = []
    func ended() -> String {
      guard let first = word.first else { return "" }
      return String(first).pythonUpper + String(scalars: word.dropFirst()).pythonLower
    }
    for scalar in text.unicodeScalars {
      if scalar.isPythonSpace || ["-", "(", "{", "[", "<"].contains(scalar) {
        result += ended()
        word = []
        result.unicodeScalars.append(scalar)
      } else {
        word.append(scalar)
      }
    }
    return result + ended()
  }

  /// Python's `replace`, at most `count` times where that is not negative.
  func replacing(
    _ text: String, _ old: String, _ new: String, _ count: Int
  ) throws(TemplateError) -> String {
    try charge(text: text.utf8.count + old.utf8.count)
    guard count != 0 else { return text }
    var left = count < 0 ? Int.max : count
    if old.isEmpty {
      let scalars = text.scalarArray
      let insertions = min(left, scalars.count + 1)
      let (total, overflow) = insertions.multipliedReportingOverflow(by: new.utf8.count)
      guard !overflow else { throw .tooLong }
      try charge(text: total)
      var result = ""
      for (index, scalar) in scalars.enumerated() {
        if index < insertions { result += new }
        result.unicodeScalars.append(scalar)
      }
      return scalars.count < insertions ? result + new : result
    }
    let (bytes, pattern) = (Array(text.utf8), Array(old.utf8))
    var result: [UInt8] = []
    var start = 0
    var index = 0
    while index + pattern.count <= bytes.count, left > 0 {
      if bytes[index] == pattern[0], bytes[index..<index + pattern.count].elementsEqual(pattern) {
        result += bytes[start..<index] + new.utf8
        try charge(text: new.utf8.count)
        guard result.count <= Self.maximumText else { throw .tooLong }
        index += pattern.count
        start = index
        left -= 1
      } else {
        index += 1
      }
    }
    return String(decoding: result + bytes[start...], as: UTF8.self)
  }

  private func indented(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> String
  {
    let given = try arguments.bound("indent", ["width", "first", "blank"])
    guard let text = value.string else { throw TemplateError("indent of \(value.kind)") }
    var indention = "    "
    if let width = given[0] {
      if let text = width.string {
        indention = text
      } else {
        let count = try given[0].integer("indent") ?? 4
        try charge(text: max(0, count))
        indention = String(repeating: " ", count: max(0, count))
      }
    }
    try charge(text)
    var lines = (text + "\n").pythonLines()
    let (total, overflow) = lines.count.multipliedReportingOverflow(by: indention.utf8.count)
    guard !overflow else { throw .tooLong }
    try charge(text: total)
    let indentsBlank = given[2]?.isTrue ?? false
    for index in lines.indices.dropFirst() where indentsBlank || !lines[index].isEmpty {
      lines[index] = indention + lines[index]
    }
    return (given[1]?.isTrue ?? false ? indention : "") + lines.joined(separator: "\n")
  }

  private func truncated(
    _ value: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> String {
    let given = try arguments.bound("truncate", ["length", "killwords", "end", "leeway"])
    guard let text = value.string else { throw TemplateError("truncate of \(value.kind)") }
    let length = try given[0].integer("truncate") ?? 255
    let end = try given[2].string("truncate") ?? "..."
    let leeway = try given[3].optionalInteger("truncate") ?? 5
    let endCount = end.unicodeScalars.count
    guard length >= endCount, leeway >= 0, length <= 1 << 40, leeway <= 1 << 40 else {
      throw TemplateError("truncate: the length leaves no room for the end")
    }
    try charge(text)
    let scalars = text.scalarArray
    if scalars.count <= length + leeway { return text }
    let kept = scalars.prefix(length - endCount)
    if given[1]?.isTrue ?? false { return String(scalars: kept) + end }
    let cut = kept.lastIndex(of: " ").map { kept[..<$0] } ?? kept
    return String(scalars: cut) + end
  }

  private func urlEncoded(_ text: String) throws(TemplateError) -> String {
    try charge(text: text.utf8.count * 3)
    var result = ""
    for byte in text.utf8 {
      let isKept =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "_.-~/".utf8.contains(byte)
      if isKept {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }

  /// `str.strip` and its halves.
  static func stripped(
    _ text: String, _ characters: String?, left: Bool, right: Bool
  ) -> String {
    let set = characters.map { Set($0.unicodeScalars) }
    func isStripped(_ scalar: Unicode.Scalar) -> Bool {
      set?.contains(scalar) ?? scalar.isPythonSpace
    }
    let scalars = text.scalarArray
    var (start, end) = (0, scalars.count)
    if left { while start < end, isStripped(scalars[start]) { start += 1 } }
    if right { while end > start, isStripped(scalars[end - 1]) { end -= 1 } }
    return String(scalars: scalars[start..<end])
  }
}
