import CKernels

extension ForwardPass {
  /// The rows that a matrix multiplies: where they are, and the norm to apply first.
  struct Input {
    let source: UnsafeMutablePointer<Float>
    let width: Int
    let norm: UnsafePointer<Float>?
    /// The first row to take.
    let first: Int
    /// The rows as prepared for weights of `packedType`; nil before the first matrix.
    var packed: UnsafeMutablePointer<Float>?
    var packedType = SK_F32

    init(
      _ source: UnsafeMutablePointer<Float>, width: Int, norm: UnsafePointer<Float>?, first: Int = 0
    ) {
      self.source = source
      self.width = width
      self.norm = norm
      self.first = first
    }
  }

  /// target[rows][outputs] ← or += matrix · input + bias, this thread's share of the outputs.
  @inline(__always)
  func multiply(
    _ matrix: MatrixView, _ input: inout Input, into target: UnsafeMutablePointer<Float>,
    accumulate: Bool, _ member: TeamMember
  ) {
    multiply(
      matrix, &input, member.share(of: matrix.outputs, grain: 8), target, stride: matrix.outputs,
      accumulate: accumulate, member)
  }

  func multiply(
    _ matrix: MatrixView, _ input: inout Input, _ share: Range<Int>,
    _ target: UnsafeMutablePointer<Float>, stride: Int, accumulate: Bool = false,
    _ member: TeamMember
  ) {
    let x = prepare(&input, for: matrix.type, member)
    sk_matmul(
      isa, matrix.type, matrix.weights + share.lowerBound * matrix.rowBytes, share.count,
      matrix.inputs, x, buffers.packedWidth, rows - input.first,
      matrix.bias.map { $0 + share.lowerBound }, accumulate, target + share.lowerBound, stride)
  }

  /// The input's rows, normalised and in the order that weights of `type` need. For few rows each
  /// thread makes its own copy; for many each makes a part and they wait for one another.
  private func prepare(
    _ input: inout Input, for type: sk_type, _ member: TeamMember
  ) -> UnsafeMutablePointer<Float> {
    if let packed = input.packed, input.packedType == type { return packed }
    let count = rows - input.first
    let isPrivate = count <= Workspace.privateRows
    let target = isPrivate ? buffers.privatePacked(member.thread) : buffers.packed
    // Others may still read the same rows as packed for another type.
    if input.packed != nil, !isPrivate { member.barrier() }
    for row in isPrivate ? 0..<count : member.share(of: count) {
      var source = input.source + (row + input.first) * input.width
      if let norm = input.norm {
        let normalised = buffers.normalised(member.thread)
        sk_rms_norm(isa, source, norm, configuration.epsilon, input.width, normalised)
        source = normalised
      }
      sk_pack(isa, type, source, input.width, target + row * buffers.packedWidth)
    }
    if !isPrivate { member.barrier() }
    input.packed = target
    input.packedType = type
    return target
  }
}
