/// Bytes that come in pieces, and are taken out in lines.
struct LineBuffer {
  /// The most bytes of a line.
  let limit: Int
  private var bytes: [UInt8] = []
  /// Where what has not been taken out begins, and how far it has no end of line.
  private var start = 0
  private var searched = 0

  init(limit: Int) { self.limit = limit }

  /// Whether what there is of a line is more than a line may have.
  var isTooLong: Bool { bytes.count - start > limit }

  mutating func append(_ piece: ArraySlice<UInt8>) {
    bytes.removeFirst(start)
    searched -= start
    start = 0
    bytes += piece
  }

  /// The next line, without its end; nil where it is not complete.
  mutating func next() -> [UInt8]? {
    guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
      searched = bytes.count
      return nil
    }
    defer { (start, searched) = (end + 1, end + 1) }
    return Array(bytes[start..<end])
  }

  /// What is left without an end.
  mutating func rest() -> [UInt8] {
    defer { (bytes, start, searched) = ([], 0, 0) }
    return Array(bytes[start...])
  }
}
