/// A line for a terminal: pieces of text, each in a style.
struct StyledLine: Equatable {
  /// How a piece looks, by the numbers of "select graphic rendition" (ECMA-48, 8.3.117).
  enum Style: String {
    case plain = "0"
    case bold = "1"
    case dim = "2"
    case green = "32"
    case cyan = "36"
  }

  private(set) var pieces: [(text: String, style: Style)] = []

  init() {}

  init(_ text: String, _ style: Style = .plain) { add(text, style) }

  mutating func add(_ text: String, _ style: Style = .plain) {
    if !text.isEmpty { pieces.append((text, style)) }
  }

  /// What it says.
  var text: String { pieces.map(\.text).joined() }

  /// Columns: every character that we draw with takes one.
  var count: Int { pieces.reduce(0) { $0 + $1.text.count } }

  /// What a terminal is sent.
  var rendered: String {
    pieces.map { text, style in
      style == .plain ? text : "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }.joined()
  }

  /// The line's first columns.
  func prefix(_ columns: Int) -> StyledLine {
    var line = StyledLine()
    var left = columns
    for (text, style) in pieces where left > 0 {
      line.add(String(text.prefix(left)), style)
      left -= text.count
    }
    return line
  }

  static func == (a: StyledLine, b: StyledLine) -> Bool { a.rendered == b.rendered }
}
