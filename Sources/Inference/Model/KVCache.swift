import CKernels
import Checkpoints

/// Keys (rotated) and values of every position that the full model has seen, in 32-bit floats; after
/// them, during a round, the draft's own.
///
/// Layout: layer, keys or values, key/value head; then for values position, dimension, and for keys
/// blocks of 16 positions: block, dimension, position, as `sk_attend` wants them. Dimensions are
/// padded with zeros to a multiple of 16, positions to whole blocks.
struct KVCache: ~Copyable {
  /// The most positions that fit.
  let capacity: Int
  /// Positions that hold the full model's entries.
  private(set) var count = 0
  /// Floats per position and head: the head dimension, padded.
  private let width: Int
  private let headCount: Int
  /// Floats of a head's keys or values.
  private let headStride: Int
  private let storage: FloatBuffer

  init(_ configuration: ModelConfiguration, capacity: Int) {
    self.capacity = capacity
    width = (configuration.headDimension + 15) / 16 * 16
    headCount = configuration.keyValueHeadCount
    let block = Int(SK_POSITIONS)
    headStride = (capacity + block - 1) / block * block * width
    storage = FloatBuffer(configuration.layerCount * 2 * headCount * headStride)
  }

  /// The addresses, for a pass.
  var view: CacheView {
    CacheView(width: width, base: storage.base, headCount: headCount, headStride: headStride)
  }

  /// Takes positions up to `count` as verified: the full model has written them all.
  mutating func extend(to count: Int) {
    precondition(count >= self.count && count <= capacity)
    self.count = count
  }

  /// The verified positions in memory of their own, with room for no more: what a later pass needs that
  /// reads this text while the cache goes on with another.
  func copy(_ configuration: ModelConfiguration) -> KVCache {
    var copy = KVCache(configuration, capacity: count)
    copy.extend(to: count)
    guard count > 0 else { return copy }
    // Whole blocks: keys lie position by position only within them.
    let floats = min(copy.headStride, headStride)
    for head in 0..<configuration.layerCount * 2 * headCount {
      (copy.storage.base + head * copy.headStride)
        .update(from: storage.base + head * headStride, count: floats)
    }
    return copy
  }

  /// Forgets the positions from `count` on; their memory is overwritten by what comes next.
  mutating func truncate(to count: Int) {
    precondition(count <= self.count)
    self.count = count
  }
}

/// The KV cache's addresses. Valid as long as the cache.
struct CacheView {
  /// Floats per position.
  let width: Int
  fileprivate let base: UnsafeMutablePointer<Float>
  fileprivate let headCount: Int
  fileprivate let headStride: Int

  /// Where one head's key of a position starts; its components are 16 floats apart.
  @inline(__always)
  func key(layer: Int, head: Int, position: Int) -> UnsafeMutablePointer<Float> {
    let block = Int(SK_POSITIONS)
    return base + (layer * 2 * headCount + head) * headStride
      + position / block * block * width + position % block
  }

  /// Where one head's value of a position starts: `width` floats.
  @inline(__always)
  func value(layer: Int, head: Int, position: Int) -> UnsafeMutablePointer<Float> {
    base + ((layer * 2 + 1) * headCount + head) * headStride + position * width
  }
}
