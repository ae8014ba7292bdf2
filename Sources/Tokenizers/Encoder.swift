import Synchronization

/// Encodes text between added tokens, and remembers: expressions' states, and the ids of words.
/// One thread at a time; another waits.
final class Encoder: Sendable {
  private struct Memory {
    let matchers: [RegexMatcher?]
    /// Words, with their id's complement, or with the place of their ids among `ids`: the start, and
    /// how many in the low bits.
    var words = ByteTable(capacity: 1 << 12)
    var ids: [Int32] = []
    var alphabet: [UInt8] = []
  }

  private let model: TokenizerModel
  private let preTokenizer: PreTokenizer
  private let memory: Mutex<Memory>

  /// Words longer than this, or of more ids, are not remembered; of the others as many as fit a few
  /// megabytes.
  private static let longestWord = 48
  private static let mostWords = 1 << 16

  init(model: TokenizerModel, preTokenizer: PreTokenizer) {
    self.model = model
    self.preTokenizer = preTokenizer
    memory = Mutex(Memory(matchers: preTokenizer.matchers()))
  }

  /// The ids of a normalised text, behind those that are there.
  func encode(_ text: [UInt8], beginsText: Bool, into ids: inout [Int32]) {
    memory.withLock { memory in
      var pieces = Pieces(text, beginsText: beginsText)
      preTokenizer.apply(&pieces, memory.matchers)
      pieces.bytes.withUnsafeBufferPointer { bytes in
        for piece in pieces.pieces {
          encode(UnsafeBufferPointer(rebasing: bytes[piece.range]), &memory, &ids)
        }
      }
    }
  }

  private func encode(
    _ word: UnsafeBufferPointer<UInt8>, _ memory: inout Memory, _ result: inout [Int32]
  ) {
    guard word.count <= Self.longestWord else {
      encodeAnew(word, &memory, &result)
      return
    }
    if let place = memory.words.value(word) {
      guard place >= 0 else {
        result.append(~place)
        return
      }
      let start = Int(place >> 6)
      let count = Int(place & 63)
      for index in start..<start + count { result.append(memory.ids[index]) }
      return
    }
    let start = result.count
    encodeAnew(word, &memory, &result)
    let count = result.count - start
    guard count < 64 else { return }
    if memory.words.count >= Self.mostWords {
      memory.words = ByteTable(capacity: 1 << 12)
      memory.ids.removeAll()
    }
    if count == 1 {
      memory.words.insert(word, ~result[start])
      return
    }
    memory.words.insert(word, Int32(memory.ids.count << 6 | count))
    memory.ids.append(contentsOf: result[start...])
  }

  private func encodeAnew(
    _ word: UnsafeBufferPointer<UInt8>, _ memory: inout Memory, _ result: inout [Int32]
  ) {
    guard preTokenizer.endsInBytes else {
      model.encode(word, into: &result)
      return
    }
    memory.alphabet.removeAll(keepingCapacity: true)
    ByteLevelAlphabet.write(word, to: &memory.alphabet)
    memory.alphabet.withUnsafeBufferPointer { model.encode($0, into: &result) }
  }
}
