import Files

/// A tensor where it lies: in a mapped file, or in memory made for it. Possibly unaligned.
public struct WeightTensor: Sendable {
  /// The name in the checkpoint.
  public let name: String
  /// The stored element type.
  public let type: ElementType
  /// Sizes, outermost first; all positive.
  public let shape: [Int]
  /// Where the rows begin in the checkpoint's tensor, of which these may be a part.
  let firstRow: Int
  private let address: UInt
  /// Keeps the memory alive.
  private let owner: any Sendable

  /// - Parameter bytes: as many as shape and type need, alive as long as `owner`.
  init(
    name: String, type: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer,
    firstRow: Int = 0, owner: any Sendable
  ) {
    precondition(bytes.count == type.byteCount(of: shape.reduce(1, *)))
    self.name = name
    self.type = type
    self.shape = shape
    self.firstRow = firstRow
    self.owner = owner
    address = UInt(bitPattern: bytes.baseAddress)
  }

  /// Some of the outermost rows, where they lie.
  func rows(_ range: Range<Int>) -> WeightTensor {
    let rowBytes = bytes.count / shape[0]
    return WeightTensor(
      name: name, type: type, shape: [range.count] + shape[1...],
      bytes: UnsafeRawBufferPointer(
        rebasing: bytes[range.lowerBound * rowBytes..<range.upperBound * rowBytes]),
      firstRow: range.lowerBound, owner: owner)
  }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
  /// The outer size of a matrix.
  public var rows: Int { shape[0] }
  /// The inner size of a matrix; 1 for a vector.
  public var columns: Int { shape.count > 1 ? shape[1] : 1 }

  /// The elements' bytes. Valid only while this tensor, or a copy of it, is alive.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: UnsafeRawPointer(bitPattern: address), count: type.byteCount(of: count))
  }

  /// All elements as floats; exact. For norms and biases, not for matrices, and of plain types.
  public func toFloats() -> [Float] {
    (0..<count).map { index in
      switch type {
      case .bf16:
        let bits = bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
      case .f16:
        return Self.widen(
          half: UInt16(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)))
      case .f32:
        let bits = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
      default: preconditionFailure("\(type.rawValue) is for matrices")
      }
    }
  }

  /// IEEE half to single without `Float16`, which not every platform's Swift has.
  private static func widen(half: UInt16) -> Float {
    let magnitude = UInt32(half & 0x7FFF) << 13
    let sign = UInt32(half & 0x8000) << 16
    if half & 0x7C00 == 0x7C00 { return Float(bitPattern: sign | 0x7F80_0000 | magnitude) }
    return Float(bitPattern: sign | (Float(bitPattern: magnitude) * 0x1p112).bitPattern)
  }
}
