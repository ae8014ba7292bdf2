import Checkpoints

/// Keys (rotated) and values of every position that the full model has seen, in 32-bit floats; after
/// them, during a round, the draft's own.
///
/// Layout: layer, keys or values, key/value head, position, dimension. A head's positions lie one
/// after another, each padded with zeros to a multiple of 16 floats.
struct KVCache: ~Copyable {
  /// The most positions that fit.
  let capacity: Int
  /// Positions that hold the full model's entries.
  private(set) var count = 0
  /// Floats per position and head: the head dimension, padded.
  private let width: Int
  private let headCount: Int
  private let storage: FloatBuffer

  init(_ configuration: ModelConfiguration, capacity: Int) {
    self.capacity = capacity
    width = (configuration.headDimension + 15) / 16 * 16
    headCount = configuration.keyValueHeadCount
    storage = FloatBuffer(configuration.layerCount * 2 * headCount * capacity * width)
  }

  /// The addresses, for a pass.
  var view: CacheView {
    CacheView(
      width: width, base: storage.base, headCount: headCount, headStride: capacity * width)
  }

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
}

/// The KV cache's addresses. Valid as long as the cache.
struct CacheView {
  /// Floats per position.
  let width: Int
  fileprivate let base: UnsafeMutablePointer<Float>
  fileprivate let headCount: Int
  fileprivate let headStride: Int

  /// One head's keys: `capacity` positions of `width` floats.
  @inline(__always)
  func keys(layer: Int, head: Int) -> UnsafeMutablePointer<Float> {
    base + (layer * 2 * headCount + head) * headStride
  }

  /// One head's values: `capacity` positions of `width` floats.
  @inline(__always)
  func values(layer: Int, head: Int) -> UnsafeMutablePointer<Float> {
    base + ((layer * 2 + 1) * headCount + head) * headStride
  }
}
