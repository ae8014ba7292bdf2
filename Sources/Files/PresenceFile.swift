import Foundation

/// A file that says that its writer lives: the writer holds a lock on it (`flock`) that goes with
/// the process, however that ends, and writes something new into it from time to time. So death on
/// this machine, or on another whose kernel said so, shows at once; and that of a machine that
/// vanished in the end too.
public final class PresenceFile: Sendable {
  /// The file's path.
  public let path: String
  private let descriptor: Int32

  /// A state of somebody's file.
  public enum State: Hashable, Sendable {
    /// Its writer left, or died.
    case over
    /// It is held; what it says.
    case held([UInt8])
  }

  /// Bytes of the file, whatever is written: so that nobody reads half of it.
  private static let size = 1024

  /// Creates the file, and holds it.
  ///
  /// - Throws: `inputOutput`.
  public init(creating path: String) throws(InputError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw InputError(.inputOutput, file: path, "cannot write: \(systemError(errno))")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Replaces what the file says; what does not fit is cut off. That it cannot be written is no
  /// reason to stop working: the lock is enough for all but lost machines.
  public func write(_ text: String) {
    var bytes = Array(text.utf8.prefix(Self.size - 1))
    bytes += Array(repeating: UInt8(ascii: " "), count: Self.size - 1 - bytes.count)
    bytes.append(UInt8(ascii: "\n"))
    _ = pwrite(descriptor, bytes, bytes.count, 0)
    fsync(descriptor)
  }

  /// Removes the file: its writer leaves.
  public func remove() {
    unlink(path)
    flock(descriptor, LOCK_UN)
  }

  /// What can be seen of a file.
  public static func state(of path: String) -> State {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .over }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return .over }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = pread(descriptor, &bytes, size, 0)
    return .held(Array(bytes.prefix(max(0, count))))
  }
}
