import CKernels
import Checkpoints

/// Keys and values that the rounds of a replay write for themselves: a slot per round in progress, so
/// that rounds which start inside one another's text do not meet in one cache.
///
/// Layout: slot, layer, key/value head; then keys in blocks of 16 positions and values position by
/// position, as in `KVCache`, position 0 being the first of the round. Pages of layers whose attention
/// is skipped are never touched.
struct DraftEntries: ~Copyable {
  /// Rounds that fit at a time.
  let slotCount: Int
  private let storage: FloatBuffer
  private let width: Int
  private let headCount: Int
  private let keyCount: Int
  private let headStride: Int
  private let slotStride: Int

  /// - Parameters:
  ///   - steps: the most draft steps of a round.
  ///   - slots: the rounds wanted at a time; fewer where their entries would take more than `bytes`.
  init(_ configuration: ModelConfiguration, steps: Int, slots: Int, bytes: Int = 256 << 20) {
    width = (configuration.headDimension + 15) / 16 * 16
    headCount = configuration.keyValueHeadCount
    let block = Int(SK_POSITIONS)
    keyCount = (steps + block - 1) / block * block * width
    headStride = keyCount + steps * width
    slotStride = configuration.layerCount * headCount * headStride
    let affordable = bytes / (slotStride * MemoryLayout<Float>.stride)
    slotCount = max(1, min(slots, affordable))
    storage = FloatBuffer(slotCount * slotStride)
  }

  /// A round's own entries.
  subscript(slot: Int) -> View {
    precondition(slot >= 0 && slot < slotCount)
    return View(
      base: storage.base + slot * slotStride, width: width, headCount: headCount,
      keyCount: keyCount, headStride: headStride)
  }

  /// The addresses of one slot. Valid as long as the entries.
  struct View {
    fileprivate let base: UnsafeMutablePointer<Float>
    fileprivate let width: Int
    fileprivate let headCount: Int
    fileprivate let keyCount: Int
    fileprivate let headStride: Int

    /// Where one head's key of the round's `position`-th token starts; components are 16 floats apart.
    @inline(__always)
    func key(layer: Int, head: Int, position: Int) -> UnsafeMutablePointer<Float> {
      let block = Int(SK_POSITIONS)
      return base + (layer * headCount + head) * headStride
        + position / block * block * width + position % block
    }

    /// Where one head's value of the round's `position`-th token starts.
    @inline(__always)
    func value(layer: Int, head: Int, position: Int) -> UnsafeMutablePointer<Float> {
      base + (layer * headCount + head) * headStride + keyCount + position * width
    }
  }
}

/// Where a row of a batch of draft steps stands: it sees the text's cache before `roundStart`, and the
/// round's own entries from there to its own position.
struct DraftStepPlacement {
  let position: Int
  let roundStart: Int
  let cache: CacheView
  let entries: DraftEntries.View
}
