import Foundation

/// A file written piece by piece, however large, that a reader sees when it is complete and not
/// before: it has another name until then, and is gone where nothing came of it.
public final class StreamedFile {
  private let path: String
  private let temporary: String
  private var descriptor: Int32

  /// Begins a file.
  ///
  /// - Throws: `inputOutput`.
  public init(_ path: String) throws(InputError) {
    self.path = path
    temporary = "\(path).tmp-\(getpid())"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.error(path) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
  }

  private static func error(_ path: String) -> InputError {
    InputError(.inputOutput, file: path, "cannot write: \(systemError(errno))")
  }

  /// Adds bytes at the end.
  ///
  /// - Throws: `inputOutput`.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
    var done = 0
    while done < bytes.count {
      let piece = min(bytes.count - done, 1 << 24)
      let count = write(descriptor, bytes.baseAddress.map { $0 + done }, piece)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.error(path) }
      done += count
    }
  }

  /// Adds bytes at the end.
  ///
  /// - Throws: `inputOutput`.
  public func append(_ bytes: [UInt8]) throws(InputError) {
    let result = bytes.withUnsafeBytes { pointer -> Result<Void, InputError> in
      do throws(InputError) { return .success(try append(pointer)) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Ends the file: from now on it has its name, and is on the disk.
  ///
  /// - Throws: `inputOutput`.
  public func finish() throws(InputError) {
    guard fsync(descriptor) == 0 else { throw Self.error(path) }
    guard rename(temporary, path) == 0 else { throw Self.error(path) }
    close(descriptor)
    descriptor = -1
    syncDirectory(of: path)
  }
}
