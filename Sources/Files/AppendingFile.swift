import Foundation

/// A file open for appending, each append flushed to the disk before it returns: what a journal
/// needs to lose no finished trial.
public final class AppendingFile {
  /// The file's path, for errors.
  public let path: String
  private let descriptor: Int32

  /// Creates the file, or empties it where it exists.
  public convenience init(creating path: String) throws(InputError) {
    try self.init(path, flags: O_CREAT | O_TRUNC)
  }

  /// Opens a file to append to what is there.
  ///
  /// - Throws: `missing`, `inputOutput`.
  public convenience init(appendingTo path: String) throws(InputError) {
    try self.init(path, flags: O_APPEND)
  }

  /// Creates a file that is not there yet; nil where it is. Nobody else can have created it.
  public static func createNew(_ path: String) throws(InputError) -> AppendingFile? {
    do throws(InputError) {
      let file = try AppendingFile(path, flags: O_CREAT | O_EXCL)
      syncDirectory(of: path)
      return file
    } catch {
      if fileExists(path) { return nil }
      throw error
    }
  }

  private init(_ path: String, flags: Int32) throws(InputError) {
    // A FIFO that nobody reads is refused, not waited for.
    descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | flags, 0o644)
    self.path = path
    guard descriptor >= 0 else {
      let code = errno
      throw InputError(
        code == ENOENT && flags & O_CREAT == 0 ? .missing : .inputOutput, file: path,
        "cannot write: \(code == ENXIO ? "nobody reads from it" : systemError(code))")
    }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Keeps others from writing as long as this object lives. The lock is the operating system's
  /// (`flock`; on NFS Linux makes a byte-range lock of it, which other machines see too), so it goes
  /// with the process, however that ends.
  ///
  /// - Throws: `inputOutput` that names who writes.
  public func lock() throws(InputError) {
    guard try !tryLock() else { return }
    throw InputError(
      .inputOutput, file: path,
      "\(holderName) is writing to it; wait for that one, or end it first")
  }

  /// Keeps others from writing until `unlock`, if nobody keeps this process from it.
  public func tryLock() throws(InputError) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      guard code == EWOULDBLOCK else {
        throw InputError(.inputOutput, file: path, "cannot lock: \(systemError(code))")
      }
      return false
    }
    return true
  }

  /// Lets others write.
  public func unlock() { flock(descriptor, LOCK_UN) }

  /// Who holds the lock, as far as this machine knows.
  public var holderName: String {
    holder().map { "process \($0)" } ?? "another process, perhaps on another machine,"
  }

  /// The process on this machine that holds the lock, as the system lists it.
  private func holder() -> Int32? {
    var status = stat()
    guard fstat(descriptor, &status) == 0,
      let list = try? readText("/proc/locks")
    else { return nil }
    for line in list.split(separator: "\n") {
      // 1: FLOCK  ADVISORY  WRITE 1234 fd:00:5678 0 EOF
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "FLOCK", words[5].hasSuffix(":\(status.st_ino)"),
        let process = Int32(words[4]), process > 0
      else { continue }
      return process
    }
    return nil
  }

  /// Cuts the file off.
  public func truncate(to count: Int) throws(InputError) {
    guard ftruncate(descriptor, off_t(count)) == 0 else {
      throw InputError(.inputOutput, file: path, "cannot write: \(systemError(errno))")
    }
  }

  /// Whether the file is still where it was opened, and not deleted or replaced.
  public var isInPlace: Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && stat(path, &named) == 0
      && own.st_ino == named.st_ino && own.st_dev == named.st_dev
  }

  /// Appends the text and waits until the disk has it.
  public func append(_ text: String) throws(InputError) {
    try writeAll(text, to: descriptor, name: path)
    // A pipe or a terminal cannot be synchronised, and need not be.
    if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
      throw InputError(.inputOutput, file: path, "cannot write: \(systemError(errno))")
    }
  }
}
