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
