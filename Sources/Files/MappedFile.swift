import Foundation

/// A file mapped into memory, read-only, for as long as the object lives.
///
/// Sendable without locks: the mapping is private, never written, and its address never changes.
public final class MappedFile: Sendable {
  /// The file's path, for errors.
  public let path: String
  /// The number of bytes.
  public let count: Int
  private let address: UInt

  /// Maps a file. Pages are read when they are first touched.
  ///
  /// - Throws: `missing`, `inputOutput`, or `unusable` for an empty file.
  public init(_ path: String) throws(InputError) {
    let descriptor = try openForReading(path)
    defer { close(descriptor) }
    let size = try fileSize(descriptor, path)
    guard size > 0 else { throw InputError(file: path, "the file is empty") }
    guard let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      memory != MAP_FAILED
    else { throw InputError(.inputOutput, file: path, "cannot map: \(systemError(errno))") }
    self.path = path
    count = size
    address = UInt(bitPattern: memory)
  }

  /// How the file is going to be read.
  public enum Access: Sendable {
    /// A few bytes here and there: nothing around them is read ahead, which may be megabytes each.
    case scattered
    /// Long stretches; as a file is mapped at first.
    case inOrder
  }

  /// Tells the system how the file is going to be read. It matters for time only.
  public func expect(_ access: Access) {
    _ = posix_madvise(
      UnsafeMutableRawPointer(bitPattern: address), count,
      access == .scattered ? POSIX_MADV_RANDOM : POSIX_MADV_NORMAL)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(bitPattern: address), count)
  }

  /// The bytes. Valid only while this object is alive: whoever keeps the pointer keeps the object.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
  }
}
