extension Interpreter {
  /// Python's methods of strings.
  func stringMethod(
    _ name: String, _ text: String, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    try charge(text)
    switch name {
    case "upper", "lower", "capitalize", "isalpha", "isalnum", "isdigit", "isdecimal", "isnumeric",
      "isspace", "islower", "isupper", "isascii", "isprintable":
      _ = try arguments.plain(name, 0...0)
      return try plainMethod(name, text)
    case "strip", "lstrip", "rstrip":
      let given = try arguments.plain(name, 0...1)
      return .string(
        Self.stripped(
          text, try given[0].optionalString(name), left: name != "rstrip", right: name != "lstrip"))
    case "startswith", "endswith": return .bool(try begins(name, text, arguments))
    case "find", "rfind", "index", "rindex", "count": return try found(name, text, arguments)
    case "replace":
      let given = try arguments.plain(name, 2...3)
      return .string(
        try replacing(
          text, try given[0].string(name) ?? "", try given[1].string(name) ?? "",
          try given[2].integer(name) ?? -1))
    case "removeprefix", "removesuffix":
      let given = try arguments.plain(name, 1...1)
      let part = (try given[0].string(name) ?? "").scalarArray
      let scalars = text.scalarArray
      if name == "removeprefix" {
        return .string(scalars.starts(with: part) ? String(scalars: scalars.dropFirst(part.count)) : text)
      }
      let ends = scalars.reversed().starts(with: part.reversed())
      return .string(ends ? String(scalars: scalars.dropLast(part.count)) : text)
    case "split", "rsplit":
      let given = try arguments.bound(name, ["sep", "maxsplit"])
      return try list(
        try split(
          text, try given[0].optionalString(name), try given[1].integer(name) ?? -1,
          fromRight: name == "rsplit"
        ).map { .string($0) })
    case "splitlines":
      let given = try arguments.bound(name, ["keepends"])
      return try list(text.pythonLines(keepingEnds: given[0]?.isTrue ?? false).map { .string($0) })
    case "partition", "rpartition":
      let given = try arguments.plain(name, 1...1)
      let separator = try given[0].string(name) ?? ""
      guard !separator.isEmpty else { throw TemplateError("\(name): an empty separator") }
      let parts = try split(text, separator, 1, fromRight: name == "rpartition")
      if parts.count == 2 {
        return try tuple([.string(parts[0]), .string(separator), .string(parts[1])])
      }
      let empty = Value.string("")
      return try tuple(
        name == "partition" ? [.string(text), empty, empty] : [empty, empty, .string(text)])
    case "join":
      let given = try arguments.plain(name, 1...1)
      var texts: [String] = []
      var total = 0
      for value in try items(of: given[0] ?? .none) {
        guard let part = value.string else { throw TemplateError("join of \(value.kind)") }
        total += part.utf8.count + text.utf8.count
        guard total <= Self.maximumText else { throw .tooLong }
        texts.append(part)
      }
      if case .undefined(let reason)? = given[0] { throw TemplateError(reason) }
      try charge(text: total)
      return .string(texts.joined(separator: text))
    case "ljust", "rjust", "center", "zfill": return .string(try padded(name, text, arguments))
    case "format": return .string(try braceFormat(text, arguments))
    case "title":
      _ = try arguments.plain(name, 0...0)
      return .string(Self.titleCased(text))
    default: throw TemplateError("the method '\(name)' is not supported")
    }
  }

  private func plainMethod(_ name: String, _ text: String) throws(TemplateError) -> Value {
    func all(_ test: (Unicode.Scalar) -> Bool) -> Value {
      .bool(!text.isEmpty && text.unicodeScalars.allSatisfy(test))
    }
    switch name {
    case "upper": return .string(text.pythonUpper)
    case "lower": return .string(text.pythonLower)
    case "capitalize": return .string(text.pythonCapitalized)
    case "isalpha": return all(\.isLetter)
    case "isalnum": return all(\.isAlphanumeric)
    case "isspace": return all(\.isPythonSpace)
    case "isdecimal": return all { $0.isDigit || $0.properties.numericType == .decimal }
    case "isdigit":
      return all { $0.properties.numericType == .decimal || $0.properties.numericType == .digit }
    case "isnumeric": return all { $0.properties.numericType != nil }
    case "islower": return .bool(Self.isCased(text, \.isLowercaseLike))
    case "isupper": return .bool(Self.isCased(text, \.isUppercaseLike))
    case "isascii": return .bool(text.utf8.allSatisfy { $0 < 0x80 })
    default: return .bool(text.unicodeScalars.allSatisfy(\.isPrintable))
    }
  }

  /// The bounds that `find` and its kin take.
  private func bounds(
    _ given: [Value?], _ count: Int, _ name: String
  ) throws(TemplateError) -> (from: Int, to: Int) {
    func clamp(_ value: Int) -> Int { max(0, value < 0 ? value + count : value) }
    let from = clamp(try given[1].optionalInteger(name) ?? 0)
    return (from, min(clamp(try given[2].optionalInteger(name) ?? count), count))
  }

  private func begins(
    _ name: String, _ text: String, _ arguments: CallArguments
  ) throws(TemplateError) -> Bool {
    let given = try arguments.plain(name, 1...3)
    let scalars = text.scalarArray
    let (from, to) = try bounds(given, scalars.count, name)
    var candidates = [given[0] ?? .none]
    if case .tuple(let items)? = given[0] { candidates = items.values }
    for candidate in candidates {
      guard let part = candidate.string?.scalarArray else {
        throw TemplateError("\(name): expected a string, found \(candidate.kind)")
      }
      try step(1 + part.count / 8)
      guard from <= to, from <= scalars.count, part.count <= to - from else { continue }
      let slice = name == "startswith" ? scalars[from..<from + part.count] : scalars[to - part.count..<to]
      if slice.elementsEqual(part) { return true }
    }
    return false
  }

  private func found(
    _ name: String, _ text: String, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    let given = try arguments.plain(name, 1...3)
    guard let part = try given[0].string(name)?.scalarArray else { return .none }
    let scalars = text.scalarArray
    let (from, to) = try bounds(given, scalars.count, name)
    // Searches compare here character by character.
    let cost = scalars.count.multipliedReportingOverflow(by: max(1, min(part.count, 64)))
    try step(cost.overflow ? .max : cost.partialValue / 16)
    guard from <= to, from <= scalars.count else {
      if name == "count" { return .integer(0) }
      guard name.hasSuffix("find") else { throw TemplateError("\(name): not found") }
      return .integer(-1)
    }
    if name == "count" {
      guard !part.isEmpty else { return .integer(to - from + 1) }
      var count = 0
      var start = from
      while let place = scalars.firstIndex(of: part, from: start, to: to) {
        count += 1
        start = place + part.count
      }
      return .integer(count)
    }
    let place =
      name.hasPrefix("r")
      ? scalars.lastIndex(of: part, from: from, to: to)
      : scalars.firstIndex(of: part, from: from, to: to)
    guard place != nil || name.hasSuffix("find") else { throw TemplateError("\(name): not found") }
    return .integer(place ?? -1)
  }

  /// Python's `split`; without a separator, at runs of white space.
  private func split(
    _ text: String, _ separator: String?, _ maximum: Int, fromRight: Bool
  ) throws(TemplateError) -> [String] {
    var scalars = text.scalarArray
    if fromRight { scalars.reverse() }
    var parts: [ArraySlice<Unicode.Scalar>] = []
    var left = maximum < 0 ? Int.max : maximum
    var rest = scalars[...]
    if let separator {
      guard !separator.isEmpty else { throw TemplateError("split: an empty separator") }
      var part = separator.scalarArray
      try step(1 + part.count / 8)
      if fromRight { part.reverse() }
      while left > 0, let place = scalars.firstIndex(of: part, from: rest.startIndex, to: rest.endIndex) {
        parts.append(rest[..<place])
        rest = rest[(place + part.count)...]
        left -= 1
      }
      parts.append(rest)
    } else {
      rest = rest.drop(while: \.isPythonSpace)
      while !rest.isEmpty {
        guard left > 0, let end = rest.firstIndex(where: \.isPythonSpace) else {
          // Where the splits are used up, the white space at the end stays.
          parts.append(rest)
          break
        }
        parts.append(rest[..<end])
        rest = rest[end...].drop(while: \.isPythonSpace)
        left -= 1
      }
    }
    try step(parts.count)
    if fromRight { return parts.reversed().map { String(scalars: $0.reversed()) } }
    return parts.map { String(scalars: $0) }
  }

  private func padded(
    _ name: String, _ text: String, _ arguments: CallArguments
  ) throws(TemplateError) -> String {
    let given = try arguments.plain(name, name == "zfill" ? 1...1 : 1...2)
    let width = try given[0].integer(name) ?? 0
    let fill = (name == "zfill" ? "0" : try given[1].string(name) ?? " ").scalarArray
    guard fill.count == 1 else { throw TemplateError("\(name): expected one character") }
    let scalars = text.scalarArray
    let missing = width - scalars.count
    guard missing > 0 else { return text }
    try charge(text: missing * 4)
    func filled(_ count: Int) -> String { String(scalars: Array(repeating: fill[0], count: count)) }
    switch name {
    case "ljust": return text + filled(missing)
    case "rjust": return filled(missing) + text
    case "center":
      let left = missing / 2 + (missing & width & 1)
      return filled(left) + text + filled(missing - left)
    default:
      guard let sign = scalars.first, sign == "-" || sign == "+" else { return filled(missing) + text }
      return String(sign) + filled(missing) + String(scalars: scalars.dropFirst())
    }
  }

  /// `str.title`: a word is a run of cased characters.
  private static func titleCased(_ text: String) -> String {
    var result = ""
    var isInside = false
    let scalars = text.scalarArray
    for (index, scalar) in scalars.enumerated() {
      if isInside, scalar == "Σ" {
        result += scalars.isFinalSigma(at: index) ? "ς" : "σ"
      } else {
        result +=
          isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      }
      isInside = scalar.properties.isCased
    }
    return result
  }
}
