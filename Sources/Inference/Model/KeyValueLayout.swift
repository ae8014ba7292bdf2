import CKernels
import Checkpoints

/// Where the keys (rotated) and values of `capacity` positions lie, in 32-bit floats: for each
/// layer and each of its key/value heads first the keys, then the values, as `sk_attend` wants
/// them.
///
///     keys    [⌈capacity / 16⌉][width][16]   blocks of 16 positions, dimension by dimension
///     values  [capacity][width]              position by position
///
/// `width` is the head dimension, padded. Nobody writes to the padding: it stays zero.
struct KeyValueLayout {
  /// The most positions that fit.
  let capacity: Int
  let layerCount: Int
  /// Key/value heads of a layer.
  let headCount: Int
  /// Floats per position and head.
  let width: Int
  /// Floats of one head's keys, whole blocks of them.
  let keyCount: Int
  /// Floats of one head's keys and values.
  private let headStride: Int

  /// Positions per block of keys; a key's components are as many floats apart.
  static let block = Int(SK_POSITIONS)

  init(_ configuration: ModelConfiguration, capacity: Int) {
    self.init(
      capacity: capacity, layerCount: configuration.layerCount,
      headCount: configuration.keyValueHeadCount,
      width: configuration.headDimension.roundedUp(toMultipleOf: SK_WIDTH))
  }

  private init(capacity: Int, layerCount: Int, headCount: Int, width: Int) {
    self.capacity = capacity
    self.layerCount = layerCount
    self.headCount = headCount
    self.width = width
    keyCount = capacity.roundedUp(toMultipleOf: Self.block) * width
    headStride = keyCount + capacity * width
  }

  /// The same with room for another number of positions.
  func resized(to capacity: Int) -> KeyValueLayout {
    KeyValueLayout(
      capacity: capacity, layerCount: layerCount, headCount: headCount, width: width)
  }

  /// Bytes of a position's keys and values in all layers, as they are stored.
  static func bytesPerPosition(_ configuration: ModelConfiguration) -> Int {
    let one = KeyValueLayout(configuration, capacity: block)
    return one.count / block * MemoryLayout<Float>.stride
  }

  /// Floats of all layers.
  var count: Int { layerCount * headCount * headStride }

  /// Where one head's key of a position starts.
  @inline(__always)
  func key(layer: Int, head: Int, position: Int) -> Int {
    (layer * headCount + head) * headStride
      + position / Self.block * Self.block * width + position % Self.block
  }

  /// Where one head's value of a position starts: `width` floats.
  @inline(__always)
  func value(layer: Int, head: Int, position: Int) -> Int {
    (layer * headCount + head) * headStride + keyCount + position * width
  }
}
