import DraftEvaluation
import Report
import SkipSearch

extension SearchSummary {
  /// What the best draft gives on each kind of held-out prompts; nil where there are no kinds.
  var kinds: [String]? {
    let kinds = result.kinds
    guard kinds.count > 1 else { return nil }
    let table = TextTable<KindFigures>(columns: [
      .init(title: "  prompts", width: 30) { "  " + ($0.kind ?? "of no kind") },
      .init(title: "number", width: 8, isRight: true, rank: 2) { "\($0.promptCount)" },
      .init(title: "accepted", width: 10, isRight: true, rank: 1) { kind in
        kind.acceptanceRate.map { fixed(100 * $0, 1) + "%" } ?? "–"
      },
      .init(title: "  speedup (95%)", width: 24) { "  " + ($0.speedup?.words ?? "–") },
    ])
    let name = result.best.map { "The best draft" + ($0.heldOut == nil ? "" : ", kind by kind") }
    return lines("\(name ?? "The best one found, kind by kind"):")
      + table.lines(kinds, width: width)
  }
}
