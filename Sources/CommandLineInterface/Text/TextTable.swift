/// A table for people: columns of fixed widths, each declared with its title and its cells.
struct TextTable<Row> {
  struct Column {
    let title: String
    let width: Int
    /// Whether its texts stand at the right.
    var isRight = false
    let cell: (Row) -> String

    func aligned(_ text: String) -> String {
      isRight ? rightAligned(text, width) : leftAligned(text, width)
    }
  }

  let columns: [Column]

  var header: String { columns.map { $0.aligned($0.title) }.joined() }

  func line(_ row: Row) -> String { columns.map { $0.aligned($0.cell(row)) }.joined() }
}
