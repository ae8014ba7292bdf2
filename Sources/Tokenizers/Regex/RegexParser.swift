/// Reads the regular expressions of tokenizer files, by Oniguruma's rules (Ruby's syntax): classes,
/// properties, groups, alternatives, greedy, lazy and possessive quantifiers, `(?i:…)`, `^`, `$`,
/// `\b`, and looking ahead and behind by one scalar.
struct RegexParser {
  let scalars: [Unicode.Scalar]
  var position = 0
  var ignoresCase = false
  private var depth = 0

  static func parse(_ text: String) throws(RegexProblem) -> RegexSyntax {
    var parser = RegexParser(scalars: Array(text.unicodeScalars))
    let tree = try parser.choice()
    guard parser.position == parser.scalars.count else { throw parser.problem("an unmatched ')'") }
    return tree
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  func problem(_ text: String) -> RegexProblem {
    RegexProblem(description: "\(text) at character \(position + 1)")
  }

  var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  mutating func next() throws(RegexProblem) -> Unicode.Scalar {
    guard let scalar = peek else { throw problem("the expression ends too early") }
    position += 1
    return scalar
  }

  mutating func takes(_ text: String) -> Bool {
    guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
    position += text.unicodeScalars.count
    return true
  }

  private mutating func choice() throws(RegexProblem) -> RegexSyntax {
    depth += 1
    defer { depth -= 1 }
    guard depth < 50 else { throw problem("groups nest too deeply") }
    var parts = [try sequence()]
    while takes("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws(RegexProblem) -> RegexSyntax {
    var parts: [RegexSyntax] = []
    var previous: Unicode.Scalar?
    while let scalar = peek, scalar != "|", scalar != ")" {
      let start = position
      let atom = try atom()
      // Two letters may fold to one character beyond ASCII (ß, ﬁ).
      if ignoresCase, position == start + 1, let previous {
        let pair = "\(previous)\(scalar)".lowercased()
        guard !["ss", "st", "ff", "fi", "fl"].contains(pair) else {
          throw problem("'\(pair)' in any case is not supported")
        }
      }
      previous = position == start + 1 ? scalar : nil
      parts.append(try quantified(atom))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func quantified(_ atom: RegexSyntax) throws(RegexProblem) -> RegexSyntax {
    var result = atom
    while let (range, isUnbounded, isInterval) = try quantifier() {
      guard !result.isAssertion else { throw problem("a repeated assertion is not supported") }
      let inner = result
      // `{n,m}+` repeats the interval; only ?, * and + have a possessive form.
      if !isInterval, takes("+") {
        guard let set = inner.single else {
          throw problem("a possessive quantifier of more than one character is not supported")
        }
        result = Self.possessive(set, range, isUnbounded)
      } else {
        let isLazy = takes("?")
        result = .repetition(inner, range, isUnbounded: isUnbounded, isLazy: isLazy)
      }
    }
    return result
  }

  /// A possessive run of one set ends only where the set does.
  private static func possessive(
    _ set: ScalarSet, _ range: ClosedRange<Int>, _ isUnbounded: Bool
  ) -> RegexSyntax {
    let end = RegexSyntax.look(set.inverted, orEnd: true)
    if isUnbounded {
      return .sequence([.repetition(.set(set), range, isUnbounded: true, isLazy: false), end])
    }
    return .choice([.set(set), end])
  }

  private mutating func quantifier() throws(RegexProblem) -> (ClosedRange<Int>, Bool, Bool)? {
    if takes("*") { return (0...0, true, false) }
    if takes("+") { return (1...1, true, false) }
    if takes("?") { return (0...1, false, false) }
    guard peek == "{" else { return nil }
    let start = position
    position += 1
    let low = integer()
    let hasComma = takes(",")
    let high = integer()
    guard takes("}"), low != nil || high != nil else {
      position = start
      throw problem("a '{' that is no quantifier")
    }
    let least = low ?? 0
    let most = hasComma ? high : least
    guard least <= 100, (most ?? least) <= 100, (most ?? least) >= least else {
      throw problem("a quantifier beyond 100 is not supported")
    }
    return (least...(most ?? least), most == nil, true)
  }

  private mutating func integer() -> Int? {
    var value: Int?
    while let scalar = peek, ("0"..."9").contains(scalar), value ?? 0 < 100_000 {
      value = (value ?? 0) * 10 + Int(scalar.value) - 48
      position += 1
    }
    return value
  }

  private mutating func atom() throws(RegexProblem) -> RegexSyntax {
    let scalar = try next()
    switch scalar {
    case "(": return try group()
    case "[": return .set(try bracket())
    case ".": return .set(ScalarSet("\n").inverted)
    case "$": return .look(ScalarSet("\n"), orEnd: true)
    case "\\": return try escape()
    case "*", "+", "?":
      position -= 1
      throw problem("a quantifier with nothing before it")
    case "^": return .lineStart
    default: return .set(folded(ScalarSet(scalar)))
    }
  }

  private mutating func group() throws(RegexProblem) -> RegexSyntax {
    let outside = ignoresCase
    defer { ignoresCase = outside }
    var assertion: (isAhead: Bool, isWanted: Bool)?
    if takes("?:") {
    } else if takes("?i:") {
      ignoresCase = true
    } else if takes("?-i:") {
      ignoresCase = false
    } else if takes("?=") {
      assertion = (true, true)
    } else if takes("?!") {
      assertion = (true, false)
    } else if takes("?<=") {
      assertion = (false, true)
    } else if takes("?<!") {
      assertion = (false, false)
    } else if peek == "?" {
      throw problem("this kind of group is not supported")
    }
    let inside = try choice()
    guard takes(")") else { throw problem("a group is not closed") }
    guard let (isAhead, isWanted) = assertion else { return inside }
    guard let set = inside.single else {
      throw problem("looking further than one character is not supported")
    }
    if isAhead { return isWanted ? .look(set, orEnd: false) : .look(set.inverted, orEnd: true) }
    return isWanted ? .behind(set, orStart: false) : .behind(set.inverted, orStart: true)
  }

  private mutating func escape() throws(RegexProblem) -> RegexSyntax {
    switch peek {
    case "z":
      position += 1
      return .look(ScalarSet(), orEnd: true)
    case "A":
      position += 1
      return .textStart
    case "b", "B":
      position += 1
      return .wordBoundary(scalars[position - 1] == "b")
    case "G", "Z", "K", "X", "R": throw problem("this escape is not supported")
    case "1", "2", "3", "4", "5", "6", "7", "8", "9", "k", "g":
      throw problem("references to groups are not supported")
    default:
      let (set, isLiteral) = try escapedSet()
      return .set(isLiteral ? folded(set) : set)
    }
  }
}
