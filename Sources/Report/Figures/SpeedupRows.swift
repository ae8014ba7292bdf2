import DraftEvaluation

/// Speedups with their intervals, one below the other on one scale, beside plain decoding.
struct SpeedupRows {
  struct Row {
    let name: String
    let estimate: SpeedupEstimate
    /// Whether it is the one that all is about.
    var isBest = false
  }

  let rows: [Row]
  private let scale: LinearScale

  private static let rowHeight = 38.0
  private static let top = 6.0

  /// - Parameter all: what lies on the same scale, these rows and those of a chart beside it.
  init(_ rows: [Row], scaledWith all: [Row]) {
    self.rows = rows
    let speedups = all.map(\.estimate.speedup) + [1]
    let range = (speedups.min() ?? 1) / 1.5...(speedups.max() ?? 1) * 1.5
    // An interval of two prompts may reach from 0 to 100, and nothing else would be seen.
    let ends = all.flatMap { row in
      row.estimate.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
    }.map { min(max($0, range.lowerBound), range.upperBound) }
    scale = LinearScale(around: speedups + ends, from: 4, to: Chart.width - 8, count: 5)
  }

  private var height: Double { Self.top + Self.rowHeight * Double(rows.count) + 24 }

  func chart(id: String, title: String) -> Chart {
    let words = rows.map { "\($0.name): \($0.estimate.words)" }.joined(separator: "; ")
    return Chart(
      id: id, title: title, description: "\(words). The bars are 95% intervals.", height: height
    ) {
      axis
      rows.enumerated().map(row)
    }
  }

  private var axis: Markup {
    let bottom = height - 20
    return .sequence(
      scale.ticks.map { tick in
        .sequence([
          Mark.text(
            scale.place(tick), bottom + 14,
            tick == scale.ticks.first ? .start : tick == scale.ticks.last ? .end : .middle, nil,
            scale.label(tick) + "x")
        ])
      })
  }

  private func row(_ index: Int, _ row: Row) -> Markup {
    let top = Self.top + Self.rowHeight * Double(index)
    let y = top + 26
    let style = row.isBest ? "best" : "other"
    let speedup = row.estimate.speedup
    let (one, own) = (scale.place(1), scale.place(speedup))
    let interval = row.estimate.interval
    return .sequence([
      .sequence(
        scale.ticks.filter { $0 != 1 }.map {
          Mark.line(scale.place($0), y - 7, scale.place($0), y + 7, "grid")
        }),
      Mark.line(one, y - 7, one, y + 7, "plain"),
      Mark.text(2, top + 14, .start, row.isBest ? "strong" : nil, shortened(row.name, to: 34)),
      Mark.text(
        Chart.width - 2, top + 14, .end, row.isBest ? "strong" : nil, row.estimate.words),
      Mark.box(min(one, own), y - 4, abs(own - one), 8, "bar \(style)"),
      interval.map {
        Mark.interval(
          scale.place($0.lowerBound), scale.place($0.upperBound), y: y, "whisker",
          isOpen: (!scale.domain.contains($0.lowerBound), !scale.domain.contains($0.upperBound)))
      } ?? .empty,
      Mark.dot(
        own, y, radius: 4.5, "point \(style)", title: "\(row.name): \(row.estimate.words)"),
    ])
  }
}
