/// Python's `json.dumps`, which transformers' `tojson` is.
struct JSONText {
  let interpreter: Interpreter
  let escapesUnicode: Bool
  /// What one level is indented by; nil for a single line.
  let indent: String?
  let itemSeparator: String
  let keySeparator: String
  let sortsKeys: Bool
  private var text = ""

  init(
    _ interpreter: Interpreter, escapesUnicode: Bool, indent: String?,
    separators: (String, String)?, sortsKeys: Bool
  ) {
    self.interpreter = interpreter
    self.escapesUnicode = escapesUnicode
    self.indent = indent
    itemSeparator = separators?.0 ?? (indent == nil ? ", " : ",")
    keySeparator = separators?.1 ?? ": "
    self.sortsKeys = sortsKeys
  }

  static func write(_ value: Value, _ settings: JSONText) throws(TemplateError) -> String {
    var writer = settings
    try writer.write(value, level: 0)
    return writer.text
  }

  private mutating func write(_ value: Value, level: Int) throws(TemplateError) {
    try interpreter.step()
    switch value {
    case .none: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    case .double(let number): text += Self.number(number)
    case .string(let string), .markup(let string): try write(string)
    case .list(let items), .tuple(let items):
      try write("[", "]", items.values, level) { writer, value throws(TemplateError) in
        try writer.write(value, level: level + 1)
      }
    case .dictionary(let members):
      let pairs = Array(zip(members.keys, members.values))
      let sorted = sortsKeys ? try interpreter.sorted(pairs, by: \.0) : pairs
      try write("{", "}", sorted, level) { writer, member throws(TemplateError) in
        try writer.write(try writer.key(member.0))
        writer.text += writer.keySeparator
        try writer.write(member.1, level: level + 1)
      }
    default: throw TemplateError("\(value.kind) cannot become JSON")
    }
    guard text.utf8.count <= Interpreter.maximumText else { throw .tooLong }
  }

  private static func number(_ number: Double) -> String {
    number.isNaN
      ? "NaN"
      : number.isInfinite
        ? (number < 0 ? "-" : "") + "Infinity"
        : PythonNumber.text(number)
  }

  private func key(_ key: Value) throws(TemplateError) -> String {
    switch key {
    case .string(let text), .markup(let text): return text
    case .none: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .double(let number): return Self.number(number)
    default: throw TemplateError("\(key.kind) cannot be a key of JSON")
    }
  }

  private mutating func write<Element>(
    _ open: String, _ close: String, _ elements: [Element], _ level: Int,
    _ body: (inout JSONText, Element) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    text += open
    if elements.isEmpty {
      text += close
      return
    }
    func newline(_ level: Int) throws(TemplateError) -> String {
      guard let indent else { return "" }
      try interpreter.charge(text: level * indent.utf8.count + 1)
      return "\n" + String(repeating: indent, count: level)
    }
    let between = itemSeparator + (try newline(level + 1))
    text += try newline(level + 1)
    for (index, element) in elements.enumerated() {
      if index > 0 { text += between }
      try body(&self, element)
    }
    text += try newline(level) + close
  }

  private mutating func write(_ string: String) throws(TemplateError) {
    try interpreter.charge(string)
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case _ where scalar.value < 0x20 || (escapesUnicode && scalar.value > 0x7E):
        if scalar.value == 0x7F {
          text.unicodeScalars.append(scalar)
        } else {
          for unit in UTF16.encode(scalar) ?? UTF16.EncodedScalar() {
            let digits = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
