import Files

/// An array of the metadata, where it lies in the file: vocabularies have hundreds of thousands of
/// elements, and most readers of a file want none of them.
public struct GGUFArray: Sendable {
  /// The number of elements.
  public let count: Int
  let kind: GGUFValue.Kind
  /// All of the elements, whole.
  private let range: Range<Int>
  private let file: MappedFile

  /// Passes over an array, and checks that it is all there.
  init(_ reader: inout GGUFReader, key: String) throws(InputError) {
    kind = try GGUFValue.Kind(&reader, key: key)
    count = try reader.count(key)
    let start = reader.offset
    if let size = kind.byteCount {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
      _ = try reader.bytes(overflow ? .max : bytes, key)
    } else if kind == .string {
      // Every string has a length of 8 bytes.
      guard count <= reader.left / 8 else {
        throw reader.error(key, "\(count) strings do not fit the file; it is corrupt")
      }
      for index in 0..<count { _ = try reader.stringBytes("\(key)[\(index)]") }
    } else {
      throw reader.error(key, "is an array of arrays, which no model needs")
    }
    range = start..<reader.offset
    file = reader.file
  }

  /// Calls `body` with the bytes of each string, in order.
  ///
  /// - Returns: false where the elements are no strings.
  func forEachString(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    guard kind == .string else { return false }
    var offset = range.lowerBound
    for _ in 0..<count {
      // Lengths were checked when the array was passed over; the mapping does not change.
      let length = Int(
        UInt64(littleEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      let begin = offset + 8
      guard length >= 0, length <= range.upperBound - begin else { return false }
      body(UnsafeRawBufferPointer(rebasing: file.bytes[begin..<begin + length]))
      offset = begin + length
    }
    return true
  }

  /// The elements as numbers; nil where they are none.
  func numbers() -> [Double]? {
    guard let size = kind.byteCount else { return nil }
    return (0..<count).map { index in
      let offset = range.lowerBound + index * size
      func load<Number: FixedWidthInteger>(_: Number.Type) -> Number {
        Number(littleEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
      }
      switch kind {
      case .uint8, .bool: return Double(load(UInt8.self))
      case .int8: return Double(load(Int8.self))
      case .uint16: return Double(load(UInt16.self))
      case .int16: return Double(load(Int16.self))
      case .uint32: return Double(load(UInt32.self))
      case .int32: return Double(load(Int32.self))
      case .uint64: return Double(load(UInt64.self))
      case .int64: return Double(load(Int64.self))
      case .float32: return Double(Float(bitPattern: load(UInt32.self)))
      case .float64: return Double(bitPattern: load(UInt64.self))
      case .string, .array: return 0
      }
    }
  }
}
