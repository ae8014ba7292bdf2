import Files
import Foundation
import Synchronization

/// Results go here, and nowhere else: a full disk or a closed pipe is an error, not silence.
struct StandardOutput: Sendable {
  /// As errors name it.
  static let name = "standard output"

  /// Whether an error says that nobody reads it any more, as where a pipe into `head` is closed.
  static func isClosed(_ error: any Error) -> Bool {
    guard let error = error as? InputError else { return false }
    return error.file == name && error.problem.contains(systemError(EPIPE))
  }

  /// Writes text at once, so that a pipe's reader sees each token.
  func write(_ text: String) throws(InputError) {
    try writeAll(text, to: STDOUT_FILENO, name: Self.name)
  }
}

/// Messages go to standard error; nobody can be told where that fails.
func message(_ text: String) {
  if let say = Messages.display.withLock({ $0 }) { return say(text) }
  try? writeAll(text + "\n", to: STDERR_FILENO, name: "standard error")
}

/// Where messages go.
enum Messages {
  /// What shows a message while standard error is a screen that something is drawn on.
  static let display = Mutex<(@Sendable (String) -> Void)?>(nil)
}
