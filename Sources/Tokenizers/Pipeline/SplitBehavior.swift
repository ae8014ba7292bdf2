/// What becomes of the parts that a pattern finds, and of those between.
enum SplitBehavior: String, Sendable {
  /// Each is a piece.
  case isolated = "Isolated"
  /// What is found goes.
  case removed = "Removed"
  /// What is found ends the piece before.
  case mergedWithPrevious = "MergedWithPrevious"
  /// What is found begins the piece behind.
  case mergedWithNext = "MergedWithNext"
  /// Matches that follow one another are one piece.
  case contiguous = "Contiguous"

  /// A part of a piece, and whether the pattern found it.
  struct Part {
    var start: Int
    var end: Int
    var isMatch: Bool
  }

  /// The pieces that parts become.
  func join(_ parts: [Part], into pieces: inout [Pieces.Piece]) {
    let first = pieces.count
    func add(_ part: Part) {
      if part.end > part.start { pieces.append(Pieces.Piece(start: part.start, end: part.end)) }
    }
    var previous = false
    switch self {
    case .isolated: parts.forEach(add)
    case .removed: for part in parts where !part.isMatch { add(part) }
    case .mergedWithPrevious:
      for part in parts {
        if part.isMatch, !previous, pieces.count > first {
          pieces[pieces.count - 1].end = part.end
        } else {
          add(part)
        }
        previous = part.isMatch
      }
    case .mergedWithNext:
      for part in parts.reversed() {
        if part.isMatch, !previous, pieces.count > first {
          pieces[pieces.count - 1].start = part.start
        } else {
          add(part)
        }
        previous = part.isMatch
      }
      pieces[first...].reverse()
    case .contiguous:
      for part in parts {
        if part.isMatch == previous, pieces.count > first {
          pieces[pieces.count - 1].end = part.end
        } else {
          add(part)
        }
        previous = part.isMatch
      }
    }
  }
}
