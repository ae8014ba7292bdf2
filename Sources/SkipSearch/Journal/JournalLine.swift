import Files

/// A line of a journal: a JSON object whose last member is the checksum of all before it, so that a
/// digit that a disk or an editor changed is noticed. Lines of older versions have none.
enum JournalLine {
  private static let start = Array(#","checksum":""#.utf8)
  private static let end = Array(#""}"#.utf8)
  private static let digits = 16

  /// The line of an object with its checksum and newline.
  static func sealed(_ object: JSON) -> String {
    let text = object.compact.utf8.dropLast()
    return String(decoding: Array(text) + start, as: UTF8.self) + checksum(text)
      + String(decoding: end, as: UTF8.self) + "\n"
  }

  /// What a line's checksum says.
  enum Seal { case none, right, wrong }

  /// The object's text without its checksum.
  static func opened(_ line: ArraySlice<UInt8>) -> (text: [UInt8], seal: Seal) {
    let tail = line.suffix(start.count + digits + end.count)
    guard tail.starts(with: start), tail.suffix(end.count).elementsEqual(end) else {
      return (Array(line), .none)
    }
    let text = line.dropLast(tail.count)
    let found = tail.dropFirst(start.count).prefix(digits)
    return (
      text + [UInt8(ascii: "}")], found.elementsEqual(checksum(text).utf8) ? .right : .wrong
    )
  }

  private static func checksum(_ text: some Sequence<UInt8>) -> String {
    var hash = FNV1a()
    hash.add(text)
    return hash.digits
  }
}
