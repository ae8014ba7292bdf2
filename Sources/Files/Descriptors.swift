import Foundation

/// Writes all of a text to an open file, a pipe or a terminal, at once: a reader sees it when this
/// returns.
///
/// - Parameters:
///   - text: written as UTF-8.
///   - descriptor: open for writing.
///   - name: the file's path, or what errors are to call it.
/// - Throws: `inputOutput` where the system refuses (disk full, pipe closed).
public func writeAll(
  _ text: String, to descriptor: Int32, name: String
) throws(InputError) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else {
      throw InputError(.inputOutput, file: name, "cannot write: \(systemError(errno))")
    }
    rest = rest.dropFirst(count)
  }
}

/// Opens the null device in place of each standard descriptor that the caller closed (`>&-`): else
/// the next file that is opened takes its number, and what is printed goes into that file.
public func openStandardDescriptors() {
  for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
    // The lowest free number, which is this one.
    _ = open("/dev/null", O_RDWR)
  }
}
