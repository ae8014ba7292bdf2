import CKernels

extension ForwardPass {
  /// The input's rows, prepared and in the format that their weights need. For few rows each
  /// thread makes its own copy; for many each makes a part and they wait for one another.
  func prepare(
    _ input: inout Input, for format: RowFormat, _ member: TeamMember
  ) -> UnsafeMutablePointer<Float> {
    if let packed = input.packed, input.packedFormat == format { return packed }
    let count = rows - input.first
    let isPrivate = count <= Workspace.privateRows
    let target = isPrivate ? workspace.privatePacked(member.thread) : workspace.packed
    // Others may still read the same rows as packed in another format.
    if input.packed != nil, !isPrivate { member.barrier() }
    if format == .tiles {
      packTiles(input, isPrivate: isPrivate, into: target, member)
    } else {
      for row in isPrivate ? 0..<count : member.share(of: count) {
        let source = prepared(
          input, row, 0..<input.width, into: workspace.prepared(member.thread))
        let packed = target + row * workspace.layout.packedWidth
        switch format {
        case .floats(let type): sk_pack(isa, type, source, input.width, packed)
        case .eightBits: sk_quantize_row(isa, source, input.width, packed)
        case .split: sk_split_row(isa, source, input.width, packed)
        case .tiles: break
        }
      }
    }
    if !isPrivate { member.barrier() }
    input.packed = target
    input.packedFormat = format
    return target
  }

  /// Where a row, or a part of it, is after its preparation: where it was, or at `target`. A norm
  /// needs the whole row.
  @inline(__always)
  private func prepared(
    _ input: Input, _ row: Int, _ part: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    let offset = (row + input.first) * input.width + part.lowerBound
    switch input.preparation {
    case .none: return input.source + offset
    case .norm(let weights):
      sk_rms_norm(isa, input.source + offset, weights, shape.epsilon, part.count, target)
    case .gated(let up):
      let source = input.source + offset
      switch shape.activation {
      case .silu: sk_silu_multiply(isa, source, up + offset, part.count, target)
      case .geluTanh: sk_gelu_multiply(isa, source, up + offset, part.count, target)
      }
    }
    return target
  }

  /// Tiles hold all rows, a step of inputs after another: threads share the inputs, not the rows.
  private func packTiles(
    _ input: Input, isPrivate: Bool, into target: UnsafeMutablePointer<Float>, _ member: TeamMember
  ) {
    let count = rows - input.first
    let part =
      isPrivate ? 0..<input.width : member.share(of: input.width, grain: Int(SK_PACK))
    var stride = workspace.layout.packedWidth
    var source = isPrivate ? workspace.prepared(member.thread) : workspace.preparedRows
    switch input.preparation {
    case .none:
      source = input.source + input.first * input.width
      stride = input.width
    case .norm:
      for row in isPrivate ? 0..<count : member.share(of: count) {
        _ = prepared(input, row, 0..<input.width, into: source + row * stride)
      }
      if !isPrivate { member.barrier() }
    case .gated:
      for row in 0..<count {
        _ = prepared(input, row, part, into: source + row * stride + part.lowerBound)
      }
    }
    sk_pack_tiles(source, stride, count, input.width, part.lowerBound, part.upperBound, target)
  }
}
