extension Interpreter {
  /// Python's `text.format(…)` as the sandbox has it.
  func braceFormat(_ text: String, _ arguments: CallArguments) throws(TemplateError) -> String {
    var format = BraceFormat(scalars: text.scalarArray, arguments: arguments)
    return try format.run(self)
  }
}

private struct BraceFormat {
  let scalars: [Unicode.Scalar]
  let arguments: CallArguments
  private var position = 0
  /// How many fields without a name there were; nil once a field had a number.
  private var automatic: Int? = 0

  init(scalars: [Unicode.Scalar], arguments: CallArguments) {
    self.scalars = scalars
    self.arguments = arguments
  }

  private func at(_ index: Int) -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  mutating func run(_ interpreter: Interpreter) throws(TemplateError) -> String {
    var result = String.UnicodeScalarView()
    while let scalar = at(position) {
      position += 1
      guard scalar == "{" || scalar == "}" else {
        result.append(scalar)
        continue
      }
      if at(position) == scalar {
        position += 1
        result.append(scalar)
        continue
      }
      guard scalar == "{" else { throw TemplateError("a format with a single '}'") }
      let field = try field(interpreter)
      try interpreter.charge(field)
      result.append(contentsOf: field.unicodeScalars)
      guard result.count <= Interpreter.maximumText else { throw .tooLong }
    }
    return String(result)
  }

  private mutating func field(_ interpreter: Interpreter) throws(TemplateError) -> String {
    var inside: [Unicode.Scalar] = []
    while let scalar = at(position), scalar != "}" {
      guard scalar != "{" else { throw TemplateError("a field within a format's field") }
      inside.append(scalar)
      position += 1
    }
    guard at(position) == "}" else { throw TemplateError("a format's field is not closed") }
    position += 1
    var name = inside
    var specification = ""
    if let colon = inside.firstIndex(of: ":") {
      specification = String(scalars: inside[(colon + 1)...])
      name = Array(inside[..<colon])
    }
    var conversion: Unicode.Scalar?
    if let mark = name.firstIndex(of: "!") {
      guard name.count == mark + 2, ["r", "s"].contains(name[mark + 1]) else {
        throw TemplateError("a format's conversion is !r or !s")
      }
      conversion = name[mark + 1]
      name = Array(name[..<mark])
    }
    var value = try value(String(scalars: name), interpreter)
    if let conversion {
      value = .string(
        try conversion == "r" ? interpreter.representation(value) : interpreter.text(of: value))
    }
    guard !specification.isEmpty else {
      if case .markup = value { throw interpreter.markupProblem }
      return try interpreter.text(of: value)
    }
    return try FormatSpecification(specification).format(value, interpreter)
  }

  /// The value of a field: `name`, `0`, `name.attribute[item]`.
  private mutating func value(
    _ field: String, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    let scalars = field.scalarArray
    let end = scalars.firstIndex { $0 == "." || $0 == "[" } ?? scalars.count
    let first = String(scalars: scalars[..<end])
    var value: Value
    if first.isEmpty || first.unicodeScalars.allSatisfy(\.isDigit) {
      let index: Int
      if first.isEmpty {
        guard let next = automatic else { throw Self.mixed }
        index = next
        automatic = next + 1
      } else {
        guard automatic == nil || automatic == 0 else { throw Self.mixed }
        automatic = nil
        index = Int(first) ?? .max
      }
      guard arguments.positional.indices.contains(index) else {
        throw TemplateError("a format has more fields than values")
      }
      value = arguments.positional[index]
    } else {
      guard let named = arguments[first] else { throw TemplateError("format: no '\(first)' is given") }
      value = named
    }
    var rest = scalars[end...]
    while let mark = rest.popFirst() {
      if mark == "." {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty else { throw TemplateError("a format with an empty attribute") }
        value = try interpreter.attribute(String(scalars: name), of: value)
      } else {
        guard mark == "[", let close = rest.firstIndex(of: "]"), close > rest.startIndex else {
          throw TemplateError("a format with a malformed field")
        }
        let text = String(scalars: rest[..<close])
        rest = rest[(close + 1)...]
        let isNumber = text.unicodeScalars.allSatisfy(\.isDigit)
        guard !isNumber || Int(text) != nil else { throw .outOfRange }
        value = try interpreter.item(
          isNumber ? .integer(Int(text) ?? 0) : .string(text), of: value)
      }
    }
    return value
  }

  private static var mixed: TemplateError {
    TemplateError("a format with numbered fields and fields without number")
  }
}

/// `[[fill]align][sign][0][width][,][.precision][type]`
private struct FormatSpecification {
  private var layout = FieldLayout()
  private var hasAlign = false
  private var precision: Int?
  private var type: Unicode.Scalar?
  private var separator: String?

  init(_ text: String) throws(TemplateError) {
    var rest = text.scalarArray[...]
    let aligns: [Unicode.Scalar] = ["<", ">", "^", "="]
    if rest.count > 1, aligns.contains(rest[rest.startIndex + 1]) {
      layout.fill = rest[rest.startIndex]
      layout.align = rest[rest.startIndex + 1]
      hasAlign = true
      rest = rest.dropFirst(2)
    } else if let first = rest.first, aligns.contains(first) {
      layout.align = first
      hasAlign = true
      rest = rest.dropFirst()
    }
    if let sign = rest.first, ["+", "-", " "].contains(sign) {
      layout.plus = sign == "-" ? "" : String(sign)
      rest = rest.dropFirst()
    }
    if rest.first == "0" {
      if !hasAlign {
        layout.fill = "0"
        layout.align = "="
        hasAlign = true
      }
      rest = rest.dropFirst()
    }
    func number() throws(TemplateError) -> Int? {
      let digits = rest.prefix(while: \.isDigit)
      rest = rest.dropFirst(digits.count)
      guard !digits.isEmpty else { return nil }
      guard let value = Int(String(scalars: digits)), value <= FieldLayout.maximumWidth else {
        throw .tooLong
      }
      return value
    }
    layout.width = try number() ?? 0
    if rest.first == "," || rest.first == "_" {
      separator = rest.popFirst().map { String($0) }
    }
    if rest.first == "." {
      rest = rest.dropFirst()
      guard let digits = try number() else { throw TemplateError("a format without its precision") }
      precision = digits
    }
    type = rest.popFirst()
    guard rest.isEmpty else { throw TemplateError("the format '\(text)' is not supported") }
  }

  func format(_ value: Value, _ interpreter: Interpreter) throws(TemplateError) -> String {
    var layout = layout
    let problem = TemplateError("this format of \(value.kind) is not supported")
    // Zeros and thousands together are another rule.
    guard separator == nil || layout.align != "=" else { throw problem }
    if type == nil, precision == nil, let integer = value.integer {
      let digits = grouped(String(integer.magnitude))
      return try layout.padded(layout.signed(digits, isNegative: integer < 0), interpreter)
    }
    switch (value, type ?? "s") {
    case (.string(let text), "s"):
      guard layout.align != "=", layout.plus.isEmpty, separator == nil else { throw problem }
      if !hasAlign { layout.align = "<" }
      let kept = precision.map { String(scalars: text.unicodeScalars.prefix($0)) } ?? text
      return try layout.padded(kept, interpreter)
    case (.integer, "d"), (.bool, "d"):
      guard let integer = value.integer, precision == nil else { throw problem }
      let digits = grouped(String(integer.magnitude))
      return try layout.padded(layout.signed(digits, isNegative: integer < 0), interpreter)
    case (.double(let number), "s"):
      guard type == nil, precision == nil, separator == nil, number.isFinite else { throw problem }
      let text = PythonNumber.text(number.magnitude)
      return try layout.padded(
        layout.signed(text, isNegative: number.sign == .minus), interpreter)
    case (.integer, "f"), (.bool, "f"), (.double, "f"):
      guard let number = value.number else { throw problem }
      let text = try interpreter.fixed(number, precision ?? 6, FieldLayout())
      let digits = text.hasPrefix("-") ? String(text.dropFirst()) : text
      let parts = digits.split(separator: ".", maxSplits: 1)
      let whole = grouped(String(parts[0])) + (parts.count > 1 ? "." + parts[1] : "")
      return try layout.padded(
        layout.signed(whole, isNegative: text.hasPrefix("-")), interpreter)
    default: throw problem
    }
  }

  /// Digits in groups of three.
  private func grouped(_ digits: String) -> String {
    guard let separator else { return digits }
    var groups: [Substring] = []
    var rest = digits[...]
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    return ([rest] + groups).joined(separator: separator)
  }
}
