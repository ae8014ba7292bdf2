import Foundation

/// Numbers as Python writes, reads and computes them.
enum PythonNumber {
  /// `repr` of a float: the shortest digits that give the number back.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
    // Swift's description has the same digits in another layout.
    let parts = value.magnitude.description.lowercased().split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    var digits = String(mantissa[0] + fraction)
    var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.count > 1, digits.hasPrefix("0") {
      digits.removeFirst()
      point -= 1
    }
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    let exponent = point - 1
    if exponent < -4 || exponent >= 16 {
      let rest = digits.dropFirst()
      let power = abs(exponent)
      return sign + digits.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e"
        + (exponent < 0 ? "-" : "+") + (power < 10 ? "0" : "") + String(power)
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count {
      return sign + digits + String(repeating: "0", count: point - digits.count) + ".0"
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// `float(text)`; nil where it is no number.
  static func double(_ text: String) -> Double? {
    let trimmed = text.strippingPythonSpace
    let lower = trimmed.lowercased()
    let unsigned = lower.hasPrefix("-") || lower.hasPrefix("+") ? String(lower.dropFirst()) : lower
    let isNegative = lower.hasPrefix("-")
    switch unsigned {
    case "inf", "infinity": return isNegative ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    guard isDecimal(unsigned), trimmed.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    return Double(lower.filter { $0 != "_" })
  }

  /// Digits with single underscores between, a point and an exponent.
  private static func isDecimal(_ text: String) -> Bool {
    var previousIsDigit = false
    var hasDigit = false
    var hasPoint = false
    var hasExponent = false
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      let isDigit = (48...57).contains(byte)
      switch byte {
      case _ where isDigit: hasDigit = true
      case UInt8(ascii: "_"):
        guard previousIsDigit, index + 1 < bytes.count, (48...57).contains(bytes[index + 1])
        else { return false }
      case UInt8(ascii: "."):
        guard !hasPoint, !hasExponent else { return false }
        hasPoint = true
      case UInt8(ascii: "e"):
        guard hasDigit, !hasExponent else { return false }
        hasExponent = true
        hasDigit = false
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        guard index > 0, bytes[index - 1] == UInt8(ascii: "e") else { return false }
      default: return false
      }
      previousIsDigit = isDigit
    }
    return hasDigit
  }

  /// `int(text, base)`; nil where it is no integer.
  static func integer(_ text: String, base: Int) throws(TemplateError) -> Int? {
    guard base == 0 || (2...36).contains(base) else { return nil }
    var rest = Substring(text.strippingPythonSpace)
    guard rest.utf8.allSatisfy({ $0 < 0x80 }) else {
      guard !rest.unicodeScalars.contains(where: { $0.properties.numericType == .decimal && !$0.isASCII })
      else { throw TemplateError("digits beyond ASCII are not supported") }
      return nil
    }
    var sign = ""
    if let first = rest.first, first == "-" || first == "+" {
      sign = String(first)
      rest.removeFirst()
    }
    var radix = base
    let prefixes: [(String, Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
    var hasPrefix = false
    for (prefix, value) in prefixes
    where rest.lowercased().hasPrefix(prefix) && (base == 0 || base == value) {
      radix = value
      rest = rest.dropFirst(2)
      hasPrefix = true
      if rest.first == "_" { rest.removeFirst() }
      break
    }
    if radix == 0 { radix = 10 }
    guard let last = rest.last, rest.first != "_", last != "_", !rest.contains("__") else { return nil }
    let digits = rest.filter { $0 != "_" }
    guard digits.allSatisfy({ $0.isASCII && Int(String($0), radix: radix) != nil }) else {
      return nil
    }
    if base == 0, !hasPrefix, digits.hasPrefix("0"), digits.contains(where: { $0 != "0" }) {
      return nil
    }
    guard let value = Int(sign + digits, radix: radix) else { throw .outOfRange }
    return value
  }

  /// `int(float)`
  static func truncated(_ value: Double) throws(TemplateError) -> Int {
    guard value.isFinite else { throw TemplateError("\(text(value)) is no integer") }
    guard let integer = Int(exactly: value.rounded(.towardZero)) else { throw .outOfRange }
    return integer
  }

  /// A float with a number of digits after the point, correctly rounded.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return String(format: "%.\(digits)f", value)
  }

  /// Compares exactly, as Python does; nil where one is not a number.
  static func order(_ a: Value, _ b: Value) -> Order? {
    if let x = a.integer, let y = b.integer { return x < y ? .less : x == y ? .equal : .greater }
    switch (a, b) {
    case (.double(let x), .double(let y)):
      return x < y ? .less : x == y ? .equal : x > y ? .greater : .unordered
    case (.double(let x), _): return b.integer.map { order(x, $0) }
    case (_, .double(let y)): return a.integer.map { order(y, $0).reversed }
    default: return nil
    }
  }

  private static func order(_ x: Double, _ y: Int) -> Order {
    if x.isNaN { return .unordered }
    if x >= 0x1p63 { return .greater }
    if x < -0x1p63 { return .less }
    let whole = Int(x.rounded(.down))
    if whole != y { return whole < y ? .less : .greater }
    return x > x.rounded(.down) ? .greater : .equal
  }

  enum Order {
    case less, equal, greater, unordered

    var reversed: Order { self == .less ? .greater : self == .greater ? .less : self }
  }
}
