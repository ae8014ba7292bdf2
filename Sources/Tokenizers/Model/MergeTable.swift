import Files

/// Which pairs of tokens become one, and in what order. A hash table of our own: half of a word's
/// time is spent in it.
struct MergeTable: Sendable {
  struct Merge {
    let rank: Int32
    let id: Int32
  }

  /// A pair and what it becomes, beside one another: a look costs one line of the cache.
  private struct Slot {
    var key: UInt64
    var merge: Merge

    static let free = UInt64.max
  }

  private var slots: [Slot] = []
  private var shift: UInt64 = 0

  /// Reads `["a b", …]` or `[["a", "b"], …]`.
  init(_ file: TokenizerFile, _ vocabulary: Vocabulary) throws(InputError) {
    guard let range = file.merges else {
      let field = try file.root.required("model").required("merges")
      throw field.mismatch("an array")
    }
    var found: [(key: UInt64, merge: Merge)] = []
    found.reserveCapacity(range.count / 16)
    var problem: (Int, String)?
    let isRead = file.bytes.withUnsafeBufferPointer { bytes -> Bool in
      var raw = RawJSON(bytes, at: range.lowerBound)
      var joined: [UInt8] = []
      guard raw.takes("[") else { return false }
      if raw.takes("]") { return true }
      var rank = 0
      repeat {
        defer { rank += 1 }
        raw.skipSpace()
        joined.removeAll(keepingCapacity: true)
        var middle = -1
        var isPair = true
        if raw.peek == UInt8(ascii: "\"") {
          let isRead: Void? = raw.string { text in
            for byte in text {
              guard byte == 0x20 else {
                joined.append(byte)
                continue
              }
              if middle >= 0 { isPair = false }
              middle = joined.count
            }
          }
          guard isRead != nil else { return false }
        } else if raw.peek == UInt8(ascii: "[") {
          _ = raw.takes("[")
          var count = 0
          if !raw.takes("]") {
            repeat {
              raw.skipSpace()
              if raw.peek == UInt8(ascii: "\"") {
                guard raw.string({ joined.append(contentsOf: $0) }) != nil else { return false }
              } else {
                isPair = false
                guard raw.skipValue() != nil else { return false }
              }
              count += 1
              if count == 1 { middle = joined.count }
            } while raw.takes(",")
            guard raw.takes("]") else { return false }
          }
          isPair = isPair && count == 2
        } else {
          isPair = false
          guard raw.skipValue() != nil else { return false }
        }
        guard isPair, middle >= 0 else {
          problem = problem ?? (rank, "expected a pair of tokens")
          continue
        }
        let merge = joined.withUnsafeBufferPointer { joined -> (UInt64, Merge)? in
          guard
            let left = vocabulary.ids.value(UnsafeBufferPointer(rebasing: joined[..<middle])),
            let right = vocabulary.ids.value(UnsafeBufferPointer(rebasing: joined[middle...])),
            let id = vocabulary.ids.value(joined)
          else { return nil }
          return (Self.key(left, right), Merge(rank: Int32(truncatingIfNeeded: rank), id: id))
        }
        if let merge {
          found.append((merge.0, merge.1))
        } else {
          problem =
            problem
            ?? (rank, "names a token, or makes one, that is not in the vocabulary")
        }
      } while raw.takes(",")
      return raw.takes("]") && raw.position == range.upperBound
    }
    guard isRead else { throw try file.error("merges") }
    if let (rank, text) = problem {
      throw InputError(file: file.path, field: "model.merges[\(rank)]", text)
    }
    var bits: UInt64 = 4
    while 1 << bits < found.count * 2 { bits += 1 }
    shift = 64 - bits
    slots = Array(
      repeating: Slot(key: Slot.free, merge: Merge(rank: 0, id: 0)), count: 1 << bits)
    // A pair that is listed twice keeps its last rank, as in the reference implementation.
    for (key, merge) in found { slots[place(of: key)] = Slot(key: key, merge: merge) }
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private func place(of key: UInt64) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while slots[place].key != key, slots[place].key != Slot.free { place = (place + 1) & mask }
    return place
  }

  subscript(left: Int32, right: Int32) -> Merge? {
    let slot = slots[place(of: Self.key(left, right))]
    return slot.key == Slot.free ? nil : slot.merge
  }
}
