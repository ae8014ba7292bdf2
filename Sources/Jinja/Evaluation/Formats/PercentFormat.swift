extension Interpreter {
  /// Python's `text % value`, for the conversions %s %r %d %i %u %f %x %X %o %%.
  func percentFormat(_ text: String, _ value: Value) throws(TemplateError) -> String {
    try charge(text)
    var format = PercentFormat(scalars: text.scalarArray, value)
    return try format.run(self)
  }
}

private struct PercentFormat {
  let scalars: [Unicode.Scalar]
  private let mapping: Value?
  private var waiting: [Value]
  private let mayIgnore: Bool
  private var position = 0

  init(scalars: [Unicode.Scalar], _ value: Value) {
    self.scalars = scalars
    switch value {
    case .tuple(let items):
      waiting = items.values
      mapping = nil
      mayIgnore = false
    case .dictionary, .list, .undefined, .range:
      waiting = [value]
      mapping = value
      mayIgnore = true
    default:
      waiting = [value]
      mapping = nil
      mayIgnore = false
    }
  }

  private mutating func next() throws(TemplateError) -> Value {
    guard !waiting.isEmpty else { throw TemplateError("a format has more fields than values") }
    return waiting.removeFirst()
  }

  private mutating func scalar() throws(TemplateError) -> Unicode.Scalar {
    guard position < scalars.count else { throw TemplateError("a format ends within a field") }
    defer { position += 1 }
    return scalars[position]
  }

  mutating func run(_ interpreter: Interpreter) throws(TemplateError) -> String {
    var result = String.UnicodeScalarView()
    while position < scalars.count {
      let scalar = scalars[position]
      position += 1
      if scalar == "%" {
        let field = try field(interpreter)
        try interpreter.charge(field)
        result.append(contentsOf: field.unicodeScalars)
        guard result.count <= Interpreter.maximumText else { throw .tooLong }
      } else {
        result.append(scalar)
      }
    }
    guard waiting.isEmpty || mayIgnore else {
      throw TemplateError("a format has fewer fields than values")
    }
    return String(result)
  }

  private mutating func field(_ interpreter: Interpreter) throws(TemplateError) -> String {
    var given: Value?
    var current = try scalar()
    if current == "%" { return "%" }
    if current == "(" {
      var depth = 1
      var name: [Unicode.Scalar] = []
      while true {
        current = try scalar()
        if current == "(" { depth += 1 }
        if current == ")" { depth -= 1 }
        if depth == 0 { break }
        name.append(current)
      }
      guard case .dictionary(let members)? = mapping else {
        throw TemplateError("a format with names needs a mapping")
      }
      guard let value = members[String(scalars: name)] else {
        throw TemplateError("the format's mapping has no '\(String(scalars: name))'")
      }
      given = value
      waiting = []
      current = try scalar()
    }
    var layout = FieldLayout()
    var hasZero = false
    var isLeft = false
    while ["#", "0", "-", " ", "+"].contains(current) {
      switch current {
      case "0": hasZero = true
      case "-": isLeft = true
      case "+": layout.plus = "+"
      case " ": if layout.plus.isEmpty { layout.plus = " " }
      default: throw TemplateError("'#' in a format is not supported")
      }
      current = try scalar()
    }
    func number() throws(TemplateError) -> Int? {
      var value: Int?
      while current.isDigit {
        value = (value ?? 0) * 10 + Int(current.value) - 48
        guard value ?? 0 <= FieldLayout.maximumWidth else { throw .tooLong }
        current = try scalar()
      }
      return value
    }
    guard current != "*" else { throw TemplateError("'*' in a format is not supported") }
    layout.width = try number() ?? 0
    var precision: Int?
    if current == "." {
      current = try scalar()
      guard current != "*" else { throw TemplateError("'*' in a format is not supported") }
      precision = try number() ?? 0
    }
    if ["h", "l", "L"].contains(current) { current = try scalar() }
    guard current != "%" else { throw TemplateError("a format's %% with a width") }
    let value: Value
    if let given { value = given } else { value = try next() }
    var text = try converted(value, current, precision, layout, interpreter)
    if isLeft {
      layout.align = "<"
    } else if hasZero, !["s", "r"].contains(current) {
      layout.align = "="
      layout.fill = "0"
    }
    text = try layout.padded(text, interpreter)
    return text
  }

  private func converted(
    _ value: Value, _ type: Unicode.Scalar, _ precision: Int?, _ layout: FieldLayout,
    _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    switch type {
    case "s", "r":
      let text =
        try type == "s" ? interpreter.text(of: value) : interpreter.representation(value)
      return precision.map { String(scalars: text.unicodeScalars.prefix($0)) } ?? text
    case "d", "i", "u", "x", "X", "o":
      var integer = value.integer
      if case .double(let number) = value, ["d", "i", "u"].contains(type) {
        integer = try PythonNumber.truncated(number)
      }
      guard let integer else { throw TemplateError("%\(type) of \(value.kind)") }
      guard precision == nil else { throw TemplateError("a precision of integers is not supported") }
      let radix = type == "o" ? 8 : type == "x" || type == "X" ? 16 : 10
      let digits = String(integer.magnitude, radix: radix, uppercase: type == "X")
      return layout.signed(digits, isNegative: integer < 0)
    case "f", "F":
      guard let number = value.number else { throw TemplateError("%f of \(value.kind)") }
      return try interpreter.fixed(number, precision ?? 6, layout)
    default: throw TemplateError("the format %\(type) is not supported")
    }
  }
}
