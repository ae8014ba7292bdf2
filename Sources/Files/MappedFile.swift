import CMappings
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
  /// Open as long as the mapping lives, to ask whether the file is still what it was.
  private let descriptor: Int32
  private let version: Version
  private let number: Int32

  /// Maps a file. Pages are read when they are first touched.
  ///
  /// - Throws: `missing`, `inputOutput`, or `unusable` for an empty file.
  public init(_ path: String) throws(InputError) {
    let descriptor = try openForReading(path)
    do throws(InputError) {
      let status = try status(descriptor, path)
      let size = Int(status.st_size)
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw InputError(file: path, "this is a pipe; a file was expected")
      }
      guard size > 0 else { throw InputError(file: path, "the file is empty") }
      guard let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
        memory != MAP_FAILED
      else { throw InputError(.inputOutput, file: path, "cannot map: \(systemError(errno))") }
      self.path = path
      self.descriptor = descriptor
      version = Version(status)
      count = size
      address = UInt(bitPattern: memory)
      number = sk_mapping_add(memory, size, path)
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// What changes when somebody writes into a file.
  private struct Version: Equatable {
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    init(_ status: stat) {
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  /// Says where somebody has written into the file since it was mapped: then what was read of it may
  /// be of two versions. A file that another one took the place of is still there, and unchanged.
  ///
  /// - Throws: `inputOutput`.
  public func checkUnchanged() throws(InputError) {
    guard Version(try status(descriptor, path)) == version else {
      throw InputError(
        .inputOutput, file: path, "the file was changed while it was in use; start again")
    }
  }

  /// From now on, reading what was cut off a mapped file says so and ends the process: no error can
  /// be thrown from there.
  ///
  /// - Parameters:
  ///   - prefix: what the sentence begins with.
  ///   - exitCode: of the process.
  public static func explainFaults(prefix: String, exitCode: Int32) {
    let problem = ": the file became shorter, or unreadable, while it was in use; start again\n"
    // Kept for ever: the handler may need them at any time.
    guard let before = strdup(prefix), let after = strdup(problem) else { return }
    sk_mapping_explain_faults(before, after, exitCode)
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
    sk_mapping_remove(number)
    close(descriptor)
    munmap(UnsafeMutableRawPointer(bitPattern: address), count)
  }

  /// The bytes. Valid only while this object is alive: whoever keeps the pointer keeps the object.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
  }
}
