import Checkpoints

/// Keys and values that the rounds of a replay write for themselves: a slot per round in progress,
/// so that rounds which start inside one another's text do not meet in one cache.
///
/// A slot's position 0 is the round's first. Pages of layers whose attention is skipped are never
/// touched.
struct DraftEntries: ~Copyable {
  /// Rounds that fit at a time.
  let slotCount: Int
  private let layout: KeyValueLayout
  private let storage: FloatBuffer

  /// - Parameters:
  ///   - steps: the most draft steps of a round.
  ///   - slots: the rounds wanted at a time; fewer where their entries would take more than
  ///     `bytes`.
  init(_ configuration: ModelConfiguration, steps: Int, slots: Int, bytes: Int = 256 << 20) {
    layout = KeyValueLayout(configuration, capacity: steps)
    let affordable = bytes / (layout.count * MemoryLayout<Float>.stride)
    slotCount = max(1, min(slots, affordable))
    storage = FloatBuffer(slotCount * layout.count)
  }

  /// A round's own entries.
  subscript(slot: Int) -> KeyValueView {
    precondition(slot >= 0 && slot < slotCount)
    return KeyValueView(layout: layout, base: storage.base + slot * layout.count)
  }
}
