import Report
import SkipSearch

extension SpeedupBound {
  /// What is possible at some draft costs, for a person: lines of at most 80 characters, or as
  /// many as there are.
  func table(width: Int = 80) -> [String] {
    let count = max(1, min(7, (width - 28) / 7))
    func row(_ title: String, _ value: (Point) -> String) -> String {
      leftAligned(title, 28) + points.prefix(count).map { rightAligned(value($0), 7) }.joined()
    }
    return [
      row("a draft step over a token") { fixed($0.draftCost, 1) },
      row("  speedup at most") { fixed($0.perfectSpeedup, 2) + "x" },
      row("  acceptance to break even") { point in
        point.breakEvenAcceptance.map { fixed(100 * $0, 0) + "%" } ?? "–"
      },
    ]
  }
}
