/// Keys and values of every position that the full model has seen; after them, during a round, the
/// draft's own.
struct KVCache: ~Copyable {
  /// Positions that hold the full model's entries.
  private(set) var count = 0
  private let layout: KeyValueLayout
  private let storage: FloatBuffer

  init(_ layout: KeyValueLayout) {
    self.layout = layout
    storage = FloatBuffer(layout.count)
  }

  /// The most positions that fit.
  var capacity: Int { layout.capacity }

  /// The addresses, for a pass.
  var view: KeyValueView { KeyValueView(layout: layout, base: storage.base) }

  /// Takes positions up to `count` as verified: the full model has written them all.
  mutating func extend(to count: Int) {
    precondition(count >= self.count && count <= capacity)
    self.count = count
  }

  /// Forgets the positions from `count` on; their memory is overwritten by what comes next.
  mutating func truncate(to count: Int) {
    precondition(count <= self.count)
    self.count = count
  }

  /// Repeats another cache's verified positions, at least one, until `count` are there.
  mutating func fill(repeating other: borrowing KVCache, to count: Int) {
    for position in self.count..<count {
      view.update(position, from: other.view, position % other.count)
    }
    extend(to: count)
  }

  /// The verified positions in memory of their own: what a later pass needs that reads this text
  /// while the cache goes on with another.
  ///
  /// - Parameter capacity: the positions that there is to be room for: no fewer than are verified, no
  ///   more than here; nil for no more than are verified.
  func copy(capacity: Int? = nil) -> KVCache {
    let capacity = capacity ?? count
    precondition(capacity >= count)
    var copy = KVCache(layout.resized(to: capacity))
    copy.view.update(from: view)
    copy.extend(to: count)
    return copy
  }
}
