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
    /// In BF16 terms, all rows together, for the matrix unit.
    case tiles
    /// In 8 bits, for the integer products of copies.
    case eightBits
    /// In 15 bits, for the integer products of GGUF's blocks.
    case split
  }

  /// target[rows][outputs] ← or += matrix · input + bias, with the other threads.
  func multiply(
    _ matrix: WeightView, _ input: inout Input, into target: UnsafeMutablePointer<Float>,
    accumulate: Bool = false, _ member: TeamMember
  ) {
    let count = rows - input.first
    let stride = workspace.layout.packedWidth
    switch matrix {
    case .model(let matrix) where sk_uses_tiles(isa, matrix.type):
      let x = prepare(&input, for: .tiles, member)
      var raw = matrix.raw
      sk_tile_matmul(
        &raw, x, count, accumulate, target, matrix.outputs, member.team, Int32(member.thread))
    case .model(let matrix) where sk_is_block(matrix.type):
      let x = prepare(&input, for: .split, member)
      var raw = matrix.raw
      sk_block_matmul(
        dot, &raw, x, stride * MemoryLayout<Float>.stride, count, accumulate, target,
        matrix.outputs, member.team, Int32(member.thread))
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
}
