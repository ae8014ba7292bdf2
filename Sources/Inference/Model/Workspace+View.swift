import CKernels

extension Workspace {
  /// The workspace's addresses. Valid as long as the workspace.
  struct View {
    let residual: UnsafeMutablePointer<Float>
    let query: UnsafeMutablePointer<Float>
    let key: UnsafeMutablePointer<Float>
    let value: UnsafeMutablePointer<Float>
    let attended: UnsafeMutablePointer<Float>
    let output: UnsafeMutablePointer<Float>
    let segments: SegmentedAttention.View
    let gate: UnsafeMutablePointer<Float>
    let up: UnsafeMutablePointer<Float>
    let logits: UnsafeMutablePointer<Float>
    let packed: UnsafeMutablePointer<Float>
    let preparedRows: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
    let layout: ScratchLayout

    /// [privateRows][packedWidth]: a thread's own copy of a matrix's input, packed; tiles take more.
    @inline(__always)
    func privatePacked(_ thread: Int) -> UnsafeMutablePointer<Float> {
      scratch + thread * layout.count
    }
    /// [privateRows][packedWidth]: rows on their way to being packed.
    @inline(__always)
    func prepared(_ thread: Int) -> UnsafeMutablePointer<Float> {
      scratch + thread * layout.count + layout.prepared
    }
    /// [SK_QUERIES][headWidth]: a tile's rotated queries, padded.
    @inline(__always)
    func rotated(_ thread: Int) -> UnsafeMutablePointer<Float> {
      scratch + thread * layout.count + layout.rotated
    }
    /// [SK_QUERIES][headWidth]: a tile's outputs, padded.
    @inline(__always)
    func headOutput(_ thread: Int) -> UnsafeMutablePointer<Float> {
      scratch + thread * layout.count + layout.headOutput
    }
    /// [SK_QUERIES][headWidth]: the outputs of a segment of positions.
    @inline(__always)
    func segmentOutput(_ thread: Int) -> UnsafeMutablePointer<Float> {
      scratch + thread * layout.count + layout.segmentOutput
    }
    /// [SK_QUERIES][SK_CHUNK]: attention scores.
    @inline(__always)
    func scores(_ thread: Int) -> UnsafeMutablePointer<Float> {
      scratch + thread * layout.count + layout.scores
    }
  }

  /// The parts of what each thread has for itself, in the order of `View`'s functions: where they
  /// begin, in floats.
  struct ScratchLayout {
    /// Floats per packed row: enough for the widest input.
    let packedWidth: Int
    /// Floats per head of a query or an output, padded.
    let headWidth: Int

    let prepared: Int
    let rotated: Int
    let headOutput: Int
    let segmentOutput: Int
    let scores: Int
    /// Floats of a thread.
    let count: Int

    /// - Parameter tileCount: floats' room that `privateRows` rows take in tiles.
    init(packedWidth: Int, tileCount: Int, headWidth: Int) {
      self.packedWidth = packedWidth
      self.headWidth = headWidth
      // Tiles are aligned to a cache line, and so is all of a thread's.
      prepared = max(Workspace.privateRows * packedWidth, tileCount).roundedUp(toMultipleOf: 16)
      rotated = prepared + Workspace.privateRows * packedWidth
      headOutput = rotated + Int(SK_QUERIES) * headWidth
      segmentOutput = headOutput + Int(SK_QUERIES) * headWidth
      scores = segmentOutput + Int(SK_QUERIES) * headWidth
      count = scores + Int(SK_QUERIES * SK_CHUNK)
    }
  }
}
