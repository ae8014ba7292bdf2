/// A text cut into pieces: UTF-8, and where the pieces are in it.
struct Pieces {
  struct Piece {
    var start: Int
    var end: Int
    var range: Range<Int> { start..<end }
  }

  var bytes: [UInt8]
  var pieces: [Piece]
  /// Whether the first piece is the beginning of the whole text.
  var beginsText: Bool

  /// A text in one piece.
  init(_ bytes: [UInt8], beginsText: Bool) {
    self.bytes = bytes
    self.beginsText = beginsText
    pieces = bytes.isEmpty ? [] : [Piece(start: 0, end: bytes.count)]
  }

  /// Cuts every piece.
  ///
  /// - Parameter cut: hands out the parts of a piece, in order.
  mutating func cut(
    _ cut: (UnsafeBufferPointer<UInt8>, Range<Int>, inout [Piece]) -> Void
  ) {
    var result: [Piece] = []
    result.reserveCapacity(pieces.count + bytes.count / 5)
    let first = pieces.first?.start
    bytes.withUnsafeBufferPointer { text in
      for piece in pieces { cut(text, piece.range, &result) }
    }
    pieces = result
    // Where the beginning was taken out, no piece is the beginning.
    if result.first?.start != first { beginsText = false }
  }

  /// Writes every piece anew.
  mutating func rewrite(
    _ write: (UnsafeBufferPointer<UInt8>, Bool, inout [UInt8]) -> Void
  ) {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 4)
    var rewritten: [Piece] = []
    rewritten.reserveCapacity(pieces.count)
    bytes.withUnsafeBufferPointer { text in
      for (index, piece) in pieces.enumerated() {
        let start = result.count
        write(
          UnsafeBufferPointer(rebasing: text[piece.range]), beginsText && index == 0, &result)
        if result.count > start { rewritten.append(Piece(start: start, end: result.count)) }
      }
    }
    bytes = result
    pieces = rewritten
  }
}
