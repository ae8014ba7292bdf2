extension RegexParser {
  /// What an escape stands for, after its backslash.
  mutating func escapedSet() throws(RegexProblem) -> (set: ScalarSet, isLiteral: Bool) {
    let scalar = try next()
    switch scalar {
    case "s": return (UnicodeClasses.space, false)
    case "S": return (UnicodeClasses.space.inverted, false)
    case "d": return (UnicodeClasses.digit, false)
    case "D": return (UnicodeClasses.digit.inverted, false)
    case "w": return (UnicodeClasses.word, false)
    case "W": return (UnicodeClasses.word.inverted, false)
    case "h": return (ScalarSet([48...57, 65...70, 97...102]), false)
    case "p", "P": return (try property(isNegated: scalar == "P"), false)
    case "n": return (ScalarSet("\n"), true)
    case "r": return (ScalarSet("\r"), true)
    case "t": return (ScalarSet("\t"), true)
    case "f": return (ScalarSet("\u{C}"), true)
    case "v": return (ScalarSet("\u{B}"), true)
    case "a": return (ScalarSet("\u{7}"), true)
    case "e": return (ScalarSet("\u{1B}"), true)
    case "x", "u": return (ScalarSet(try hexadecimal(scalar)), true)
    default:
      guard !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
        position -= 1
        throw problem("this escape is not supported")
      }
      return (ScalarSet(scalar), true)
    }
  }

  private mutating func hexadecimal(_ kind: Unicode.Scalar) throws(RegexProblem) -> Unicode.Scalar {
    let isBraced = kind == "x" && takes("{")
    var digits = ""
    let most = isBraced ? 8 : kind == "x" ? 2 : 4
    while digits.count < most, let scalar = peek, scalar.isASCII, Character(scalar).isHexDigit {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    guard !isBraced || takes("}"), let value = UInt32(digits, radix: 16),
      value < 0x80 || isBraced || kind == "u",
      let scalar = Unicode.Scalar(value)
    else { throw problem("this escape is not supported") }
    return scalar
  }

  private mutating func property(isNegated: Bool) throws(RegexProblem) -> ScalarSet {
    var name = ""
    if takes("{") {
      while let scalar = peek, scalar != "}" {
        name.unicodeScalars.append(scalar)
        position += 1
      }
      guard takes("}") else { throw problem("a property is not closed") }
    } else {
      throw problem("a property without braces is not supported")
    }
    var isNegated = isNegated
    if name.hasPrefix("^") {
      name.removeFirst()
      isNegated.toggle()
    }
    guard let set = UnicodeClasses.named(name) else {
      throw problem("the property '\(name)' is not supported")
    }
    return isNegated ? set.inverted : set
  }

  /// A class, after its opening bracket.
  mutating func bracket() throws(RegexProblem) -> ScalarSet {
    let isNegated = takes("^")
    var set = ScalarSet()
    var outside = ScalarSet()
    var isFirst = true
    while true {
      let scalar = try next()
      if scalar == "]", !isFirst { break }
      isFirst = false
      if scalar == "[" {
        guard peek != ":" else { throw problem("named classes are not supported") }
        set = set.union(try bracket())
        continue
      }
      if scalar == "&", takes("&") {
        // What both sides have; the caret is for that.
        outside = outside.union(set.inverted)
        set = ScalarSet()
        continue
      }
      let (low, isLiteral) = scalar == "\\" ? try escapedSet() : (ScalarSet(scalar), true)
      guard isLiteral, peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]"
      else {
        set = set.union(isLiteral ? folded(low) : low)
        continue
      }
      position += 1
      let end = try next()
      let (high, endIsLiteral) = end == "\\" ? try escapedSet() : (ScalarSet(end), true)
      guard endIsLiteral, end != "[", let first = low.ranges.first?.lowerBound,
        let last = high.ranges.first?.lowerBound, first <= last
      else { throw problem("a range that is none") }
      set = set.union(folded(ScalarSet([first...last])))
    }
    outside = outside.union(set.inverted)
    return isNegated ? outside : outside.inverted
  }

  /// With the other case of ASCII letters, and what folds to them: ſ and K.
  func folded(_ set: ScalarSet) -> ScalarSet {
    guard ignoresCase else { return set }
    var result = set
    for letter in UInt32(97)...122 where set.contains(letter) || set.contains(letter - 32) {
      result = result.union(ScalarSet([letter...letter, letter - 32...letter - 32]))
      if letter == 115 { result = result.union(ScalarSet("\u{17F}")) }
      if letter == 107 { result = result.union(ScalarSet("\u{212A}")) }
    }
    // Beyond ASCII, the other case of the letters that are named one by one.
    for range in set.ranges where range.lowerBound > 127 && range.count < 100 {
      for value in range {
        guard let properties = Unicode.Scalar(value)?.properties else { continue }
        for text in [properties.lowercaseMapping, properties.uppercaseMapping]
        where text.unicodeScalars.count == 1 {
          result = result.union(ScalarSet(text.unicodeScalars.map { $0.value...$0.value }))
        }
      }
    }
    return result
  }
}
