import Foundation

/// Writes a file so that a reader (or a crash) sees the old content or the new, never a part: to a
/// temporary file in the same directory, flushed to disk, then renamed.
///
/// - Throws: `inputOutput` that names the path; the temporary file is gone then.
public func writeAtomically(_ text: String, to path: String) throws(InputError) {
  let temporary = "\(path).tmp-\(getpid())"
  do throws(InputError) {
    let file = try AppendingFile(creating: temporary)
    try file.append(text)
  } catch {
    unlink(temporary)
    throw InputError(.inputOutput, file: path, error.problem)
  }
  guard rename(temporary, path) == 0 else {
    let code = errno
    unlink(temporary)
    throw InputError(.inputOutput, file: path, "cannot write: \(systemError(code))")
  }
}

/// Creates a directory and its parents where they are missing.
public func createDirectory(_ path: String) throws(InputError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw InputError(
      .inputOutput, file: path, "cannot create the directory: \(error.localizedDescription)")
  }
}

/// A file open for appending, each append flushed to the disk before it returns: what a journal
/// needs to lose no finished trial.
public final class AppendingFile {
  /// The file's path, for errors.
  public let path: String
  private let descriptor: Int32

  /// Creates the file, or empties it where it exists.
  public convenience init(creating path: String) throws(InputError) {
    try self.init(path, flags: O_TRUNC)
  }

  /// Opens the file to append to what is there, or creates it.
  public convenience init(appendingTo path: String) throws(InputError) {
    try self.init(path, flags: O_APPEND)
  }

  private init(_ path: String, flags: Int32) throws(InputError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o644)
    self.path = path
    guard descriptor >= 0 else {
      throw InputError(.inputOutput, file: path, "cannot write: \(systemError(errno))")
    }
  }

  deinit { close(descriptor) }

  /// Appends the text and waits until the disk has it.
  public func append(_ text: String) throws(InputError) {
    try writeAll(text, to: descriptor, name: path)
    // A pipe or a terminal cannot be synchronised, and need not be.
    if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
      throw InputError(.inputOutput, file: path, "cannot write: \(systemError(errno))")
    }
  }
}
