/// A regular expression's tree.
indirect enum RegexSyntax: Sendable {
  case empty
  case set(ScalarSet)
  case sequence([RegexSyntax])
  /// The first that leads to a match wins.
  case choice([RegexSyntax])
  case repetition(RegexSyntax, ClosedRange<Int>, isUnbounded: Bool, isLazy: Bool)
  /// What must, or must not, be the next scalar; the text's end may count.
  case look(ScalarSet, orEnd: Bool)
  /// What must, or must not, be the scalar before; the text's beginning may count.
  case behind(ScalarSet, orStart: Bool)

  /// `\A`
  static let textStart = RegexSyntax.behind(ScalarSet(), orStart: true)

  /// `^`: where a line begins, but not behind a line's end that ends the text.
  static let lineStart = RegexSyntax.choice([
    textStart, .sequence([.behind(ScalarSet("\n"), orStart: false), .look(.all, orEnd: false)]),
  ])

  /// `\b`, or `\B`: whether exactly one of the scalars before and behind is of a word.
  static func wordBoundary(_ isWanted: Bool) -> RegexSyntax {
    let word = UnicodeClasses.word
    let other = word.inverted
    return .choice([
      .sequence([
        .behind(word, orStart: false),
        isWanted ? .look(other, orEnd: true) : .look(word, orEnd: false),
      ]),
      .sequence([
        .behind(other, orStart: true),
        isWanted ? .look(word, orEnd: false) : .look(other, orEnd: true),
      ]),
    ])
  }

  /// Whether this never takes a scalar: what Oniguruma refuses to repeat, or does not repeat.
  var isAssertion: Bool {
    switch self {
    case .empty, .set, .repetition: false
    case .look, .behind: true
    case .sequence(let parts), .choice(let parts): parts.allSatisfy(\.isAssertion)
    }
  }

  /// The text, where this finds one and no other.
  var literal: String? {
    switch self {
    case .set(let set):
      guard set.ranges.count == 1, let range = set.ranges.first, range.count == 1 else {
        return nil
      }
      return Unicode.Scalar(range.lowerBound).map { String($0) }
    case .sequence(let parts):
      var text = ""
      for part in parts {
        guard let literal = part.literal else { return nil }
        text.unicodeScalars.append(contentsOf: literal.unicodeScalars)
      }
      return text
    default: return nil
    }
  }

  /// The set, where this is a single scalar.
  var single: ScalarSet? {
    switch self {
    case .set(let set): return set
    case .choice(let parts):
      var union = ScalarSet()
      for part in parts {
        guard let set = part.single else { return nil }
        union = union.union(set)
      }
      return union
    case .sequence(let parts) where parts.count == 1: return parts[0].single
    default: return nil
    }
  }
}

/// What we do not understand of an expression.
struct RegexProblem: Error {
  let description: String
}
