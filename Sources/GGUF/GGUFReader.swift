import Files

/// Reads a file's bytes from the beginning on; nothing is read beyond the end.
struct GGUFReader {
  let file: MappedFile
  private(set) var offset = 0

  /// No name or key is as long; texts (a chat template) are bounded by the file alone.
  private static let maximumName = 1 << 16

  init(_ file: MappedFile) { self.file = file }

  /// Bytes after the offset.
  var left: Int { file.count - offset }

  /// An error about what is read.
  func error(_ field: String, _ problem: String) -> InputError {
    InputError(file: file.path, field: field, problem)
  }

  /// The next bytes.
  mutating func bytes(
    _ count: Int, _ field: @autoclosure () -> String
  ) throws(InputError) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= left else {
      throw error(
        field(),
        "needs \(count) bytes, but the file ends after \(left); it is truncated or corrupt: "
          + "download it again")
    }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + count])
  }

  /// The next number.
  mutating func integer<Number: FixedWidthInteger>(
    _ field: @autoclosure () -> String
  ) throws(InputError) -> Number {
    let bytes = try bytes(MemoryLayout<Number>.size, field())
    return Number(littleEndian: bytes.loadUnaligned(as: Number.self))
  }

  /// The next 64-bit number, which counts something.
  mutating func count(
    _ field: @autoclosure () -> String, most: Int = .max
  ) throws(InputError) -> Int {
    let number: UInt64 = try integer(field())
    guard let count = Int(exactly: number), count <= most else {
      throw error(
        field(),
        "\(number) is more than the \(most) allowed; the file is corrupt: download it again")
    }
    return count
  }

  /// The bytes of the next string: a length, then so many.
  mutating func stringBytes(
    _ field: @autoclosure () -> String
  ) throws(InputError) -> UnsafeRawBufferPointer {
    let count = try count(field())
    return try bytes(count, field())
  }

  /// The next string, which names something.
  mutating func name(_ field: @autoclosure () -> String) throws(InputError) -> String {
    let bytes = try stringBytes(field())
    guard bytes.count <= Self.maximumName, let name = String(validating: bytes, as: UTF8.self)
    else { throw error(field(), "is no UTF-8 text of a name's length; the file is corrupt") }
    return name
  }
}
