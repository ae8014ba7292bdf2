extension Checkpoint {
  /// A weight that is NaN or infinite.
  public struct NotNumber: Hashable, Sendable, CustomStringConvertible {
    /// The tensor's name.
    public let tensor: String
    /// Which of its elements: [row, column] of a matrix, [index] of a vector.
    public let index: [Int]

    /// "NAME at [row, column]"
    public var description: String { "\(tensor) at \(index)" }
  }

  /// The first weight that is no finite number; nil where all are. Reads all weights: for when it
  /// is known that something is wrong.
  public var firstNotNumber: NotNumber? {
    if let found = embedding.firstNotNumber { return found }
    for (number, layer) in layers.enumerated() {
      for kind in LayerTensor.allCases {
        guard let row = kind.row(configuration) else { continue }
        let weight = row.weight(layer: number)
        if let index = layer.norms[kind]?.firstIndex(where: { !$0.isFinite }) {
          return NotNumber(tensor: weight.name, index: [index])
        }
        if let found = layer.matrices[kind]?.firstNotNumber { return found }
        if let index = layer.biases[kind]?.firstIndex(where: { !$0.isFinite }) {
          let name = row.bias(layer: number)?.name ?? weight.name
          return NotNumber(tensor: name, index: [index])
        }
      }
    }
    if let index = finalNorm.firstIndex(where: { !$0.isFinite }) {
      return NotNumber(tensor: ExpectedTensor.finalNorm.name, index: [index])
    }
    return head.firstNotNumber
  }
}

extension WeightTensor {
  fileprivate var firstNotNumber: Checkpoint.NotNumber? {
    let index =
      switch type {
      case .bf16: first(UInt16.self) { $0 & 0x7F80 == 0x7F80 }
      case .f16: first(UInt16.self) { $0 & 0x7C00 == 0x7C00 }
      case .f32: first(UInt32.self) { $0 & 0x7F80_0000 == 0x7F80_0000 }
      default: firstOfBlock
      }
    return index.map {
      Checkpoint.NotNumber(
        tensor: name, index: shape.count == 1 ? [$0] : [firstRow + $0 / columns, $0 % columns])
    }
  }

  /// The first element of the first block with a scale that is no number.
  private var firstOfBlock: Int? {
    withExtendedLifetime(self) {
      let bytes = self.bytes
      let block = (0..<count / type.blockSize).first { block in
        type.halfScales.contains { offset in
          let bits = bytes.loadUnaligned(
            fromByteOffset: block * type.blockBytes + offset, as: UInt16.self)
          return UInt16(littleEndian: bits) & 0x7C00 == 0x7C00
        }
      }
      return block.map { $0 * type.blockSize }
    }
  }

  /// The first element with bits that are no number's: all its exponent's are set.
  @inline(__always)
  private func first<Bits: FixedWidthInteger>(
    _ type: Bits.Type, where isNotNumber: (Bits) -> Bool
  ) -> Int? {
    withExtendedLifetime(self) {
      let bytes = self.bytes
      return (0..<count).first { element in
        let bits = bytes.loadUnaligned(
          fromByteOffset: element * MemoryLayout<Bits>.size, as: Bits.self)
        return isNotNumber(Bits(littleEndian: bits))
      }
    }
  }
}
