/// Byte strings with a number each: a vocabulary, or words seen before. Open addressing over one
/// block of bytes: looking something up makes no string and no array.
struct ByteTable: Sendable {
  private struct Entry {
    var start: UInt32
    var count: UInt32
    var hash: UInt32
    var value: Int32
  }

  private var slots: [Int32]
  private var entries: [Entry] = []
  private(set) var bytes: [UInt8] = []
  private var mask: Int

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    mask = size - 1
    entries.reserveCapacity(capacity)
  }

  var count: Int { entries.count }

  /// Different in each run, so that no text is slow by design.
  private static let seed = UInt64.random(in: .min ... .max)

  private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash = seed ^ UInt64(truncatingIfNeeded: key.count) &* 0x9E37_79B9_7F4A_7C15
    func mix(_ word: UInt64) {
      let product = (hash ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
      hash = product.high ^ product.low
    }
    let raw = UnsafeRawBufferPointer(key)
    var offset = 0
    while offset + 8 <= raw.count {
      mix(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0x80
    while offset < raw.count {
      rest = rest << 8 | UInt64(raw[offset])
      offset += 1
    }
    mix(rest)
    mix(0xE703_7ED1_A0B4_28DB)
    return UInt32(truncatingIfNeeded: hash)
  }

  /// The slot of a key, or the free one where it belongs.
  private func slot(_ key: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int {
    var slot = Int(hash) & mask
    while true {
      let index = slots[slot]
      guard index >= 0 else { return slot }
      let entry = entries[Int(index)]
      if entry.hash == hash, Int(entry.count) == key.count, isEqual(entry, key) { return slot }
      slot = (slot + 1) & mask
    }
  }

  private func isEqual(_ entry: Entry, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { all in
      let own = all[Int(entry.start)..<Int(entry.start) + Int(entry.count)]
      return own.elementsEqual(key)
    }
  }

  func value(_ key: UnsafeBufferPointer<UInt8>) -> Int32? {
    let index = slots[slot(key, Self.hash(key))]
    return index >= 0 ? entries[Int(index)].value : nil
  }

  func value(_ key: some Collection<UInt8>) -> Int32? {
    key.withContiguousStorageIfAvailable { value($0) }
      ?? Array(key).withUnsafeBufferPointer { value($0) }
  }

  /// Puts a key in; what it had before.
  @discardableResult
  mutating func insert(_ key: UnsafeBufferPointer<UInt8>, _ value: Int32) -> Int32? {
    let hash = Self.hash(key)
    let place = slot(key, hash)
    if slots[place] >= 0 {
      let index = Int(slots[place])
      defer { entries[index].value = value }
      return entries[index].value
    }
    slots[place] = Int32(entries.count)
    entries.append(
      Entry(start: UInt32(bytes.count), count: UInt32(key.count), hash: hash, value: value))
    bytes.append(contentsOf: key)
    if entries.count * 2 > slots.count { grow() }
    return nil
  }

  @discardableResult
  mutating func insert(_ key: [UInt8], _ value: Int32) -> Int32? {
    key.withUnsafeBufferPointer { insert($0, value) }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      var slot = Int(entry.hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index)
    }
  }

  /// All keys with their numbers, in the order in which they came.
  func forEach(_ body: ([UInt8], Int32) -> Void) {
    for entry in entries {
      body(Array(bytes[Int(entry.start)..<Int(entry.start) + Int(entry.count)]), entry.value)
    }
  }
}
