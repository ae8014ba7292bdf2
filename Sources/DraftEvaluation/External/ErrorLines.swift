/// What a child process writes to its standard error, line by line: passed on, but never so much
/// that it drowns everything else.
struct ErrorLines {
  private let log: (String) -> Void
  private var buffer = LineBuffer(limit: ErrorLines.longestLine)
  private var count = 0
  /// The last line that says something.
  private(set) var last: String?

  /// The most characters of a line that are passed on.
  private static let longestLine = 500
  /// The most lines that are passed on from one request to the next.
  private static let mostLines = 100

  init(_ log: @escaping (String) -> Void) { self.log = log }

  mutating func append(_ piece: ArraySlice<UInt8>) {
    buffer.append(piece)
    while let line = buffer.next() { take(line) }
    if buffer.isTooLong { take(buffer.rest()) }
  }

  /// Passes on what has no end of line yet.
  mutating func flush() { take(buffer.rest()) }

  /// Begins to count lines anew.
  mutating func begin() { count = 0 }

  private mutating func take(_ bytes: [UInt8]) {
    // A progress bar is drawn again and again on one line: what was drawn last counts.
    let shown = bytes.split(separator: UInt8(ascii: "\r")).last ?? []
    let text = String(decoding: shown.prefix(Self.longestLine), as: UTF8.self)
      .unicodeScalars.filter { $0.properties.generalCategory != .control }
    let line = String(String.UnicodeScalarView(text))
    guard line.contains(where: { !$0.isWhitespace }) else { return }
    last = line
    count += 1
    if count <= Self.mostLines { log(line) }
    if count == Self.mostLines { log("(further lines are left out)") }
  }
}
