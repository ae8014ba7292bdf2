/// Reads JSON values that stand on a line each, as requests on standard input do.
/// Blank lines are skipped, and counted.
///
///     var lines = JSONLines()
///     while let request = try lines.next() { … }
///
/// A line that is no JSON throws, and the next call goes on with the line after it.
public struct JSONLines {
  /// What errors call the source of the lines.
  public let file: String
  /// How many lines have been read, blank ones too.
  public private(set) var count = 0
  private let dialect: JSON.Dialect
  private let nextLine: () -> String?

  /// The lines of standard input, or of any other source.
  ///
  /// - Parameters:
  ///   - file: what errors call it.
  ///   - nextLine: the next line without its end; nil after the last.
  public init(
    file: String = "standard input", as dialect: JSON.Dialect = .standard,
    nextLine: @escaping () -> String? = { readLine() }
  ) {
    self.file = file
    self.dialect = dialect
    self.nextLine = nextLine
  }

  /// The value on the next line that is not blank, a field whose path is `line N`; nil after the
  /// last.
  ///
  /// - Throws: where that line is no JSON; the error names the line.
  public mutating func next() throws(InputError) -> JSONField? {
    while let line = nextLine() {
      count += 1
      if line.allSatisfy(\.isWhitespace) { continue }
      return JSONField(
        try JSON(parsing: line.utf8, file: file, firstLine: count, as: dialect), file: file,
        path: "line \(count)")
    }
    return nil
  }
}
