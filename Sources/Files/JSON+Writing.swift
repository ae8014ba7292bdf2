extension JSON {
  /// The value as text on one line, without a newline at its end: a line of a journal.
  public var compact: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// The value as indented text that ends with a newline; arrays of plain values stay on one line.
  public var pretty: String {
    var text = ""
    write(to: &text, indent: 0)
    text += "\n"
    return text
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    // JSON has no word for these; a reader must not take them for numbers.
    case .double(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      let inner = values.allSatisfy(\.isScalar) ? nil : indent.map { $0 + 1 }
      Self.writeList(values, "[", "]", to: &text, outer: indent, inner: inner) { value, text in
        value.write(to: &text, indent: inner)
      }
    case .object(let members):
      let inner = indent.map { $0 + 1 }
      Self.writeList(members, "{", "}", to: &text, outer: indent, inner: inner) { member, text in
        Self.write(member.key, to: &text)
        text += ": "
        member.value.write(to: &text, indent: inner)
      }
    }
  }

  private static func writeList<Element>(
    _ elements: [Element], _ open: String, _ close: String, to text: inout String, outer: Int?,
    inner: Int?, body: (Element, inout String) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += inner == nil ? ", " : "," }
      if let inner { text += "\n" + String(repeating: "  ", count: inner) }
      body(element, &text)
    }
    if inner != nil, let outer, !elements.isEmpty {
      text += "\n" + String(repeating: "  ", count: outer)
    }
    text += close
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
