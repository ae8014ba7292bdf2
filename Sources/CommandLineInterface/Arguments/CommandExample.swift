import Foundation

/// A line that a user may type, and what for.
struct CommandExample: Sendable {
  /// What the line does, as a phrase that a colon may follow.
  let purpose: String
  /// The line as it stands in a shell.
  let line: String

  init(_ purpose: String, _ line: String) {
    self.purpose = purpose
    self.line = line
  }

  /// The line in rows of at most `width` columns where that can be, broken before options and
  /// redirections, so that all of them together can be pasted into a shell.
  func rows(width: Int) -> [String] {
    var rows: [String] = []
    for (index, word) in words.enumerated() {
      if let last = rows.last, last.count + 1 + word.count + 2 <= width {
        rows[rows.count - 1] = last + " " + word
      } else {
        rows.append(index == 0 ? word : "  " + word)
      }
    }
    return rows.dropLast().map { $0 + " \\" } + rows.suffix(1)
  }

  /// The parts between which it may be broken.
  private var words: [String] {
    var words: [String] = []
    for word in line.components(separatedBy: " ") {
      if words.isEmpty || word.hasPrefix("-") || word.hasPrefix(">") || word.hasPrefix("|") {
        words.append(word)
      } else {
        words[words.count - 1] += " " + word
      }
    }
    return words
  }
}
