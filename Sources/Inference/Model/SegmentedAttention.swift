import CKernels

/// What a layer's attention leaves where threads share the positions (`ForwardPass`, attention by
/// segments): each query's sums over every segment, which are merged in order.
struct SegmentedAttention: ~Copyable {
  /// [queries][width]
  private let rotated: FloatBuffer
  /// [segments][queries][width]
  private let outputs: FloatBuffer
  /// [segments][queries]
  private let sums: FloatBuffer
  private let queries: Int
  private let width: Int

  /// - Parameters:
  ///   - queries: the most that attend by segments.
  ///   - layout: of the cache with the most positions that a pass will read.
  init(queries: Int, _ layout: KeyValueLayout) {
    let segments = layout.capacity.roundedUp(toMultipleOf: SK_SEGMENT) / Int(SK_SEGMENT)
    rotated = FloatBuffer(queries * layout.width)
    outputs = FloatBuffer(segments * queries * layout.width)
    sums = FloatBuffer(
      segments * queries * MemoryLayout<sk_sums>.stride / MemoryLayout<Float>.stride)
    self.queries = queries
    width = layout.width
  }

  /// The addresses. Valid as long as the buffers.
  var view: View {
    View(
      rotatedQueries: rotated.base, outputs: outputs.base,
      allSums: UnsafeMutableRawPointer(sums.base).assumingMemoryBound(to: sk_sums.self),
      queries: queries, width: width)
  }

  struct View {
    let rotatedQueries: UnsafeMutablePointer<Float>
    let outputs: UnsafeMutablePointer<Float>
    let allSums: UnsafeMutablePointer<sk_sums>
    let queries: Int
    let width: Int

    /// [width]: a query, rotated and padded; those of the next follow.
    @inline(__always)
    func rotated(_ query: Int) -> UnsafeMutablePointer<Float> { rotatedQueries + query * width }

    /// [width]: a query's output over a segment; that of the next query follows.
    @inline(__always)
    func output(_ query: Int, segment: Int) -> UnsafeMutablePointer<Float> {
      outputs + (segment * queries + query) * width
    }

    /// A query's sums over a segment; those of the next follow.
    @inline(__always)
    func sums(_ query: Int, segment: Int) -> UnsafeMutablePointer<sk_sums> {
      allSums + segment * queries + query
    }
  }
}
