import CKernels
import Checkpoints

/// The activations of one pass over up to `Workspace.maximumRows` rows. Shapes in the comments;
/// everything row-major.
struct Workspace: ~Copyable {
  /// Longer inputs are cut into pieces of this many rows. Results are the same for any number:
  /// large enough that weights are read rarely, small enough that the activations stay in the
  /// cache.
  static let maximumRows = 64
  /// Up to this many rows each thread prepares its own copy of a matrix's input: cheaper than
  /// waiting for another thread's part.
  static let privateRows = 2
  /// Up to this many rows threads share the positions that the rows attend to, not only their
  /// heads.
  static let segmentedRows = 16

  /// [rows][hidden]: the residual stream.
  private let residual: FloatBuffer
  /// [rows][heads · head dimension]
  private let query: FloatBuffer
  /// [rows][kv heads · head dimension]
  private let key: FloatBuffer
  private let value: FloatBuffer
  /// [rows][heads · head dimension]: what attention gives the output projection.
  private let attended: FloatBuffer
  /// [rows][hidden]: what a sub-layer gives, where it is normalized before it is added.
  private let output: FloatBuffer
  /// What a layer's attention by segments leaves.
  private let segments: SegmentedAttention
  /// [rows][intermediate]
  private let gate: FloatBuffer
  private let up: FloatBuffer
  /// [rows][vocabulary]
  private let logits: FloatBuffer
  /// [rows][packedWidth]: a matrix's input, packed; tiles take more.
  private let packed: FloatBuffer
  /// [rows][packedWidth]: the same on its way to tiles.
  private let preparedRows: FloatBuffer
  /// [threads]: what a thread needs for itself.
  private let scratch: FloatBuffer
  private let scratchLayout: ScratchLayout

  /// - Parameter layout: of the cache with the most positions that a pass will read.
  init(_ configuration: ModelConfiguration, _ layout: KeyValueLayout, threads: Int) {
    let rows = Self.maximumRows
    let queryWidth = configuration.queryWidth
    let keyValueWidth = configuration.keyValueWidth
    let widest = max(configuration.hiddenSize, queryWidth, configuration.intermediateSize)
    residual = FloatBuffer(rows * configuration.hiddenSize)
    query = FloatBuffer(rows * queryWidth)
    key = FloatBuffer(rows * keyValueWidth)
    value = FloatBuffer(rows * keyValueWidth)
    attended = FloatBuffer(rows * queryWidth)
    output = FloatBuffer(rows * configuration.hiddenSize)
    segments = SegmentedAttention(
      queries: Self.segmentedRows * configuration.headCount, layout)
    gate = FloatBuffer(rows * configuration.intermediateSize)
    up = FloatBuffer(rows * configuration.intermediateSize)
    logits = FloatBuffer(rows * configuration.vocabularySize)
    scratchLayout = ScratchLayout(
      // A unit more than the padding needs: rows a multiple of 4096 bytes apart would compete for
      // the same sets of the processor's cache.
      packedWidth: widest.roundedUp(toMultipleOf: SK_PACK) + Int(SK_PACK),
      tileCount: Self.tileCount(rows: Self.privateRows, widest),
      headWidth: layout.width)
    packed = FloatBuffer(
      max(rows * scratchLayout.packedWidth, Self.tileCount(rows: rows, widest)))
    preparedRows = FloatBuffer(rows * scratchLayout.packedWidth)
    scratch = FloatBuffer(threads * scratchLayout.count)
  }

  /// The most floats' room that up to `rows` rows of a width take in tiles.
  private static func tileCount(rows: Int, _ width: Int) -> Int {
    let bytes = (1...rows).reduce(0) { max($0, sk_tiles_bytes($1, width)) }
    return bytes / MemoryLayout<Float>.stride
  }

  /// The addresses, for a pass.
  var view: View {
    View(
      residual: residual.base, query: query.base, key: key.base, value: value.base,
      attended: attended.base, output: output.base, segments: segments.view, gate: gate.base,
      up: up.base, logits: logits.base, packed: packed.base, preparedRows: preparedRows.base,
      scratch: scratch.base, layout: scratchLayout)
  }
}
