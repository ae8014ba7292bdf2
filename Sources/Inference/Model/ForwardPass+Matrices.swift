import CKernels

extension ForwardPass {
  /// The rows that a matrix multiplies: where they are, and what happens to them first.
  struct Input {
    enum Preparation {
      case none
      /// RMSNorm with these weights.
      case norm(UnsafePointer<Float>)
      /// silu(row) ∘ the same row here.
      case gated(up: UnsafePointer<Float>)
    }
    let source: UnsafeMutablePointer<Float>
    let width: Int
    let preparation: Preparation
    /// The first row to take.
    let first: Int
    /// The rows as packed for weights of `packedType`; nil before the first matrix.
    var packed: UnsafeMutablePointer<Float>?
    var packedType = SK_F32

    init(
      _ source: UnsafeMutablePointer<Float>, width: Int, _ preparation: Preparation, first: Int = 0
    ) {
      self.source = source
      self.width = width
      self.preparation = preparation
      self.first = first
    }
  }

  /// target[rows][outputs] ← or += matrix · input + bias, with the other threads.
  func multiply(
    _ matrix: MatrixView, _ input: inout Input, into target: UnsafeMutablePointer<Float>,
    accumulate: Bool = false, _ member: TeamMember
  ) {
    let x = prepare(&input, for: matrix.type, member)
    var raw = matrix.raw
    sk_matmul(
      isa, &raw, x, workspace.layout.packedWidth, rows - input.first, accumulate, target,
      matrix.outputs, member.team, Int32(member.thread))
  }

  /// The input's rows, prepared and in the order that weights of `type` need. For few rows each
  /// thread makes its own copy; for many each makes a part and they wait for one another.
  private func prepare(
    _ input: inout Input, for type: sk_type, _ member: TeamMember
  ) -> UnsafeMutablePointer<Float> {
    if let packed = input.packed, input.packedType == type { return packed }
    let count = rows - input.first
    let isPrivate = count <= Workspace.privateRows
    let target = isPrivate ? workspace.privatePacked(member.thread) : workspace.packed
    // Others may still read the same rows as packed for another type.
    if input.packed != nil, !isPrivate { member.barrier() }
    for row in isPrivate ? 0..<count : member.share(of: count) {
      var source = input.source + (row + input.first) * input.width
      let prepared = workspace.prepared(member.thread)
      switch input.preparation {
      case .none: break
      case .norm(let weights):
        sk_rms_norm(isa, source, weights, shape.epsilon, input.width, prepared)
        source = prepared
      case .gated(let up):
        sk_silu_multiply(
          isa, source, up + (row + input.first) * input.width, input.width, prepared)
        source = prepared
      }
      sk_pack(isa, type, source, input.width, target + row * workspace.layout.packedWidth)
    }
    if !isPrivate { member.barrier() }
    input.packed = target
    input.packedType = type
    return target
  }
}
