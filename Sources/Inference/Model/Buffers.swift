import CKernels

/// The workspace's and the rotary table's addresses.
struct Buffers {
  let residual: UnsafeMutablePointer<Float>
  let query: UnsafeMutablePointer<Float>
  let key: UnsafeMutablePointer<Float>
  let value: UnsafeMutablePointer<Float>
  let attended: UnsafeMutablePointer<Float>
  let gate: UnsafeMutablePointer<Float>
  let up: UnsafeMutablePointer<Float>
  let logits: UnsafeMutablePointer<Float>
  let packed: UnsafeMutablePointer<Float>
  let packedWidth: Int
  let cosines: UnsafeMutablePointer<Float>
  let sines: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>
  private let scratchStride: Int
  private let headWidth: Int
  /// Floats per row of scores: the capacity, padded.
  let scoresStride: Int

  init(_ workspace: borrowing Workspace, _ rotary: borrowing RotaryTable) {
    residual = workspace.residual.base
    query = workspace.query.base
    key = workspace.key.base
    value = workspace.value.base
    attended = workspace.attended.base
    gate = workspace.gate.base
    up = workspace.up.base
    logits = workspace.logits.base
    packed = workspace.packed.base
    packedWidth = workspace.packedWidth
    cosines = rotary.cosines.base
    sines = rotary.sines.base
    scratch = workspace.scratch.base
    scratchStride = workspace.scratchStride
    headWidth = workspace.headWidth
    scoresStride = workspace.scoresStride
  }

  /// [privateRows][packedWidth] of one thread.
  @inline(__always)
  func privatePacked(_ thread: Int) -> UnsafeMutablePointer<Float> {
    scratch + thread * scratchStride
  }
  /// [packedWidth] of one thread: a prepared row before it is packed.
  @inline(__always)
  func prepared(_ thread: Int) -> UnsafeMutablePointer<Float> {
    privatePacked(thread) + Workspace.privateRows * packedWidth
  }
  /// [SK_QUERIES][headWidth] of one thread: a tile's rotated queries, padded.
  @inline(__always)
  func rotated(_ thread: Int) -> UnsafeMutablePointer<Float> {
    prepared(thread) + packedWidth
  }
  /// [SK_QUERIES][headWidth] of one thread: a tile's outputs, padded.
  @inline(__always)
  func headOutput(_ thread: Int) -> UnsafeMutablePointer<Float> {
    rotated(thread) + Int(SK_QUERIES) * headWidth
  }
  /// [SK_QUERIES][scoresStride] of one thread: attention scores.
  @inline(__always)
  func scores(_ thread: Int) -> UnsafeMutablePointer<Float> {
    headOutput(thread) + Int(SK_QUERIES) * headWidth
  }
}
