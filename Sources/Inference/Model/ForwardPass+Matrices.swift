import CKernels

extension ForwardPass {
  /// The rows that a matrix multiplies: where they are, and what happens to them first.
  struct Input {
    enum Preparation {
      case none
      /// RMSNorm with these weights.
      case norm(UnsafePointer<Float>)
      /// activation(row) ∘ the same row here.
      case gated(up: UnsafePointer<Float>)
    }
    let source: UnsafeMutablePointer<Float>
    let width: Int
    let preparation: Preparation
    /// The first row to take.
    let first: Int
    /// The rows as packed for weights of `packedFormat`; nil before the first matrix.
    var packed: UnsafeMutablePointer<Float>?
    var packedFormat = RowFormat.floats(SK_F32)

    init(
      _ source: UnsafeMutablePointer<Float>, width: Int, _ preparation: Preparation, first: Int = 0
    ) {
      self.source = source
      self.width = width
      self.preparation = preparation
      self.first = first
    }
  }

  /// How a row is laid out for the weights that it meets.
  enum RowFormat: Equatable {
    /// In floats, in the order in which weights of a type come out of their registers.
    case floats(sk_type)
    /// In 8 bits, for the integer products of copies.
    case eightBits
  }

  /// target[rows][outputs] ← or += matrix · input + bias, with the other threads.
  func multiply(
    _ matrix: WeightView, _ input: inout Input, into target: UnsafeMutablePointer<Float>,
    accumulate: Bool = false, _ member: TeamMember
  ) {
    let count = rows - input.first
    let stride = workspace.layout.packedWidth
    switch matrix {
    case .model(let matrix):
      let x = prepare(&input, for: .floats(matrix.type), member)
      var raw = matrix.raw
      sk_matmul(
        isa, &raw, x, stride, count, accumulate, target, matrix.outputs, member.team,
        Int32(member.thread))
    case .quantized(let matrix):
      let x = prepare(&input, for: .eightBits, member)
      var raw = matrix.raw
      sk_quantized_matmul(
        dot, &raw, x, stride * MemoryLayout<Float>.stride, count, accumulate, target,
        matrix.outputs, member.team, Int32(member.thread))
    }
  }

  /// The input's rows, prepared and in the format that their weights need. For few rows each
  /// thread makes its own copy; for many each makes a part and they wait for one another.
  private func prepare(
    _ input: inout Input, for format: RowFormat, _ member: TeamMember
  ) -> UnsafeMutablePointer<Float> {
    if let packed = input.packed, input.packedFormat == format { return packed }
    let count = rows - input.first
    let isPrivate = count <= Workspace.privateRows
    let target = isPrivate ? workspace.privatePacked(member.thread) : workspace.packed
    // Others may still read the same rows as packed in another format.
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
        let factor = up + (row + input.first) * input.width
        switch shape.activation {
        case .silu: sk_silu_multiply(isa, source, factor, input.width, prepared)
        case .geluTanh: sk_gelu_multiply(isa, source, factor, input.width, prepared)
        }
        source = prepared
      }
      let packed = target + row * workspace.layout.packedWidth
      switch format {
      case .floats(let type): sk_pack(isa, type, source, input.width, packed)
      case .eightBits: sk_quantize_row(isa, source, input.width, packed)
      }
    }
    if !isPrivate { member.barrier() }
    input.packed = target
    input.packedFormat = format
    return target
  }
}
