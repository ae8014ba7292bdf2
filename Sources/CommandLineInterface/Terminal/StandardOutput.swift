import Files
import Foundation

/// Results go here, and nowhere else: a full disk or a closed pipe is an error, not silence.
struct StandardOutput: Sendable {
  /// Writes text at once, so that a pipe's reader sees each token.
  func write(_ text: String) throws(InputError) {
    try Self.write(text, to: STDOUT_FILENO, name: "standard output")
  }

  static func write(_ text: String, to descriptor: Int32, name: String) throws(InputError) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count >= 0 else {
        if errno == EINTR { continue }
        throw InputError(.inputOutput, file: name, "cannot write: \(systemError(errno))")
      }
      written += count
    }
  }
}

/// Messages go to standard error; nobody can be told where that fails.
func message(_ text: String) {
  try? StandardOutput.write(text + "\n", to: STDERR_FILENO, name: "standard error")
}
