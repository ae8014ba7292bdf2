/// What is done to decoded text as a whole, character by character as it comes.
enum TextStep: Sendable {
  /// A character taken from the beginning of the text, this many times at most.
  case dropAtStart(ByteString, count: Int)
  /// A character taken from the beginning of each line, once.
  case dropAtLineStarts(ByteString)
  /// A character replaced.
  case replace(ByteString, with: ByteString)

  /// What a step remembers of the text before.
  struct Memory: Sendable {
    fileprivate var dropped = 0
    fileprivate var isAtStart = true
  }

  /// - Parameter text: whole characters.
  func apply(_ text: ByteString, _ memory: inout Memory) -> ByteString {
    guard !text.isEmpty else { return text }
    switch self {
    case .replace(let character, let content): return text.replacing(character, with: content)
    case .dropAtStart(let character, let count):
      guard memory.isAtStart else { return text }
      var rest = text[...]
      while memory.dropped < count, rest.starts(with: character) {
        rest.removeFirst(character.count)
        memory.dropped += 1
      }
      // The text has begun: what comes later is not its beginning.
      memory.isAtStart = rest.isEmpty && memory.dropped < count
      return Array(rest)
    case .dropAtLineStarts(let character):
      var result: ByteString = []
      var rest = text[...]
      while let byte = rest.first {
        if memory.isAtStart, rest.starts(with: character) {
          rest.removeFirst(character.count)
          memory.isAtStart = false
          continue
        }
        memory.isAtStart = byte == UInt8(ascii: "\n")
        result.append(rest.removeFirst())
      }
      return result
    }
  }
}
