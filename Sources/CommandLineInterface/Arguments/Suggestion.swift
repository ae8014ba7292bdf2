/// The candidate that a typing mistake most likely meant, if one is near enough.
func closest(to word: String, in candidates: [String]) -> String? {
  candidates.map { ($0, editDistance(word, $0)) }
    .filter { candidate, distance in
      distance <= max(1, min(word.count, candidate.count) / 3)
        || (candidate.hasPrefix(word) && word.count > 2)
    }
    .min { $0.1 < $1.1 }?.0
}

/// Insertions, deletions, replacements and exchanges of neighbours that turn one word into the
/// other (optimal string alignment).
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var best = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), row[j] + 1, rows[i][j + 1] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, rows[i - 1][j - 1] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
