import CKernels
import Checkpoints

/// The activations of one pass over up to `Workspace.maximumRows` rows. Shapes in the comments;
/// everything row-major.
struct Workspace: ~Copyable {
  /// Longer inputs are cut into pieces of this many rows. Results are the same for any number:
  /// large enough that weights are read rarely, small enough that the activations stay in the cache.
  static let maximumRows = 64
  /// Up to this many rows each thread prepares its own copy of a matrix's input: cheaper than
  /// waiting for another thread's part.
  static let privateRows = 2

  /// [rows][hidden]: the residual stream.
  let residual: FloatBuffer
  /// [rows][heads · head dimension]
  let query: FloatBuffer
  /// [rows][kv heads · head dimension]
  let key: FloatBuffer
  let value: FloatBuffer
  /// [rows][heads · head dimension]: what attention gives the output projection.
  let attended: FloatBuffer
  /// [rows][intermediate]
  let gate: FloatBuffer
  let up: FloatBuffer
  /// [rows][vocabulary]
  let logits: FloatBuffer
  /// [rows][packedWidth]: a matrix's input, packed.
  let packed: FloatBuffer
  /// Floats per packed row: enough for the widest input.
  let packedWidth: Int
  /// [threads][scratchStride]: what a thread needs for itself; `Buffers` knows its parts.
  let scratch: FloatBuffer
  let scratchStride: Int
  let headWidth: Int
  let scoresStride: Int

  init(_ configuration: ModelConfiguration, capacity: Int, threads: Int) {
    let rows = Self.maximumRows
    let queryWidth = configuration.headCount * configuration.headDimension
    let keyWidth = configuration.keyValueHeadCount * configuration.headDimension
    let widest = max(configuration.hiddenSize, queryWidth, configuration.intermediateSize)
    residual = FloatBuffer(rows * configuration.hiddenSize)
    query = FloatBuffer(rows * queryWidth)
    key = FloatBuffer(rows * keyWidth)
    value = FloatBuffer(rows * keyWidth)
    attended = FloatBuffer(rows * queryWidth)
    gate = FloatBuffer(rows * configuration.intermediateSize)
    up = FloatBuffer(rows * configuration.intermediateSize)
    logits = FloatBuffer(rows * configuration.vocabularySize)
    // A row more than the padding needs: rows a multiple of 4096 bytes apart would compete for the
    // same sets of the cache.
    packedWidth = (widest + 31) / 32 * 32 + 32
    packed = FloatBuffer(rows * packedWidth)
    headWidth = (configuration.headDimension + 15) / 16 * 16
    scoresStride = (capacity + 15) / 16 * 16
    scratchStride =
      (Self.privateRows + 1) * packedWidth + Int(SK_QUERIES) * (2 * headWidth + scoresStride)
    scratch = FloatBuffer(threads * scratchStride)
  }
}
