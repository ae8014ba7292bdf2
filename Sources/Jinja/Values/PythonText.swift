/// Strings as Python has them: sequences of Unicode scalars.
extension String {
  var scalarArray: [Unicode.Scalar] { Array(unicodeScalars) }

  /// Once for the whole text: each `append(contentsOf:)` of this view copies what is there.
  /// Through bytes: views of scalars grow slowly.
  init(scalars: some Sequence<Unicode.Scalar>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.underestimatedCount)
    for scalar in scalars {
      if scalar.isASCII {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.EncodedScalar())
      }
    }
    self.init(decoding: bytes, as: UTF8.self)
  }

  /// Equal by characters, not by canonical equivalence.
  func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  var strippingPythonSpace: String {
    String(scalars: unicodeScalars.stripped(both: \.isPythonSpace))
  }

  /// `str.upper`
  var pythonUpper: String {
    mapped { scalar, _ in
      scalar.properties.uppercaseMapping
    } ascii: { byte in
      (97...122).contains(byte) ? byte - 32 : byte
    }
  }

  /// `str.lower`, with the final sigma.
  var pythonLower: String {
    let scalars = utf8.allSatisfy { $0 < 0x80 } ? [] : scalarArray
    return mapped { scalar, index in
      guard scalar == "Σ" else { return scalar.properties.lowercaseMapping }
      return scalars.isFinalSigma(at: index) ? "ς" : "σ"
    } ascii: { byte in
      (65...90).contains(byte) ? byte + 32 : byte
    }
  }

  private func mapped(
    _ mapping: (Unicode.Scalar, Int) -> String, ascii: (UInt8) -> UInt8
  ) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    for (index, scalar) in unicodeScalars.enumerated() {
      if scalar.isASCII {
        bytes.append(ascii(UInt8(truncatingIfNeeded: scalar.value)))
      } else {
        bytes.append(contentsOf: mapping(scalar, index).utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// As `markupsafe.escape` writes it.
  var htmlEscaped: String {
    guard utf8.contains(where: { [0x26, 0x3C, 0x3E, 0x27, 0x22].contains($0) }) else { return self }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count + 16)
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "'"): bytes += "&#39;".utf8
      case UInt8(ascii: "\""): bytes += "&#34;".utf8
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `str.capitalize`
  var pythonCapitalized: String {
    guard let first = unicodeScalars.first else { return self }
    // The sigma's rule looks at the whole word.
    let lower = pythonLower
    let rest = String(
      scalars: lower.unicodeScalars.dropFirst(
        first.properties.lowercaseMapping.unicodeScalars.count))
    return first.properties.titlecaseMapping + rest
  }

  /// `repr`
  var pythonQuoted: String {
    let mark: Unicode.Scalar =
      unicodeScalars.contains("'") && !unicodeScalars.contains("\"") ? "\"" : "'"
    var quoted = [mark]
    for scalar in unicodeScalars {
      switch scalar {
      case "\\": quoted.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": quoted.append(contentsOf: "\\n".unicodeScalars)
      case "\r": quoted.append(contentsOf: "\\r".unicodeScalars)
      case "\t": quoted.append(contentsOf: "\\t".unicodeScalars)
      case mark: quoted.append(contentsOf: ["\\", mark])
      case _ where scalar.isPrintable: quoted.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        let (letter, width) =
          scalar.value < 0x100 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
        quoted.append(
          contentsOf: (letter + String(repeating: "0", count: width - digits.count) + digits)
            .unicodeScalars)
      }
    }
    quoted.append(mark)
    return String(scalars: quoted)
  }

  /// `str.splitlines`
  func pythonLines(keepingEnds: Bool = false) -> [String] {
    let scalars = scalarArray
    var lines: [String] = []
    var start = 0
    var index = 0
    while index < scalars.count {
      guard scalars[index].endsLine else {
        index += 1
        continue
      }
      var end = index + 1
      if scalars[index] == "\r", end < scalars.count, scalars[end] == "\n" { end += 1 }
      lines.append(String(scalars: scalars[start..<(keepingEnds ? end : index)]))
      (start, index) = (end, end)
    }
    if start < scalars.count { lines.append(String(scalars: scalars[start...])) }
    return lines
  }
}

extension Collection where Element == Unicode.Scalar {
  func stripped(
    both test: (Unicode.Scalar) -> Bool
  ) -> [Unicode.Scalar] {
    let kept = Array(self).drop(while: test)
    return Array(kept.reversed().drop(while: test).reversed())
  }
}

extension [Unicode.Scalar] {
  /// Whether a capital sigma here ends a word (Unicode, `Final_Sigma`).
  func isFinalSigma(at index: Int) -> Bool {
    var before = index - 1
    while before >= 0, self[before].properties.isCaseIgnorable { before -= 1 }
    guard before >= 0, self[before].properties.isCased else { return false }
    var after = index + 1
    while after < count, self[after].properties.isCaseIgnorable { after += 1 }
    return after == count || !self[after].properties.isCased
  }

  /// Where `other` begins, from `start` on.
  func firstIndex(of other: [Unicode.Scalar], from start: Int, to end: Int) -> Int? {
    guard other.count <= end - start else { return nil }
    if other.isEmpty { return start }
    var index = start
    while index + other.count <= end {
      if self[index] == other[0], self[index..<index + other.count].elementsEqual(other) {
        return index
      }
      index += 1
    }
    return nil
  }

  /// Where `other` begins last.
  func lastIndex(of other: [Unicode.Scalar], from start: Int, to end: Int) -> Int? {
    guard other.count <= end - start else { return nil }
    var index = end - other.count
    while index >= start {
      if self[index..<index + other.count].elementsEqual(other) { return index }
      index -= 1
    }
    return nil
  }
}
