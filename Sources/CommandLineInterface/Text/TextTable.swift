/// A table for people: columns of fixed widths, each declared with its title and its cells.
struct TextTable<Row> {
  struct Column {
    let title: String
    let width: Int
    /// Whether its texts stand at the right.
    var isRight = false
    /// Where there is no room for all columns, that of the highest number goes first; 0 never goes.
    var rank = 0
    let cell: (Row) -> String

    func aligned(_ text: String) -> String {
      isRight ? rightAligned(text, width) : leftAligned(text, width)
    }
  }

  let columns: [Column]

  var header: String { columns.map { $0.aligned($0.title) }.joined() }

  func line(_ row: Row) -> String { columns.map { $0.aligned($0.cell(row)) }.joined() }

  /// Header and rows in so many columns of a terminal: as declared where that fits; else columns
  /// are as narrow as their texts, and if need be some are left out.
  func lines(_ rows: [Row], width: Int) -> [String] {
    var table = self
    var lines = table.all(rows)
    func fits() -> Bool { lines.allSatisfy { $0.count <= width } }
    guard !fits() else { return lines }
    table = TextTable(
      columns: columns.indices.map { index in
        let next = columns[index...].dropFirst().first
        let hasGap =
          columns[index].isRight || !(next.map { $0.isRight || $0.title.hasPrefix(" ") } ?? true)
        return columns[index].narrowed(to: rows, gap: hasGap ? 2 : 0)
      })
    lines = table.all(rows)
    while !fits(), let last = table.columns.map(\.rank).max(), last > 0 {
      table = TextTable(columns: table.columns.filter { $0.rank != last })
      lines = table.all(rows)
    }
    return lines
  }

  private func all(_ rows: [Row]) -> [String] { ([header] + rows.map(line)).map(trimmed) }
}

extension TextTable.Column {
  /// The column, no wider than its texts and a gap.
  fileprivate func narrowed(to rows: [Row], gap: Int) -> Self {
    let longest = ([title] + rows.map(cell)).map { trimmed($0).count }.max() ?? 0
    return Self(
      title: title, width: min(width, longest + gap), isRight: isRight, rank: rank, cell: cell)
  }
}
