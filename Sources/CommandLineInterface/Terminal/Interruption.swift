import DraftEvaluation
import Foundation
import Synchronization

/// Ctrl-C and its like: the first asks the running work to save and stop, the second stops at once.
enum Interruption {
  private static let count = Atomic<Int>(0)

  /// Whether somebody asked to stop.
  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// Raised when somebody asked to stop.
  static var stopSignal: StopSignal { StopSignal { isRequested } }

  /// Takes SIGINT, SIGTERM and SIGHUP from now on, this one unless it is ignored (`nohup`). A closed
  /// pipe and a limit to a file's size become errors of `write` instead of a silent death.
  static func install() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var hangUp = sigaction()
    sigaction(SIGHUP, nil, &hangUp)
    let ignoresHangUp = unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) == 1
    for number in [SIGINT, SIGTERM] + (ignoresHangUp ? [] : [SIGHUP]) {
      signal(number) { _ in
        // Nothing here but an atomic addition and `_exit`: both are safe in a signal handler.
        if Interruption.count.add(1, ordering: .relaxed).oldValue > 0 {
          _exit(ExitCode.interrupted.rawValue)
        }
      }
    }
  }
}

/// A command that stopped because it was asked to.
struct Interrupted: Error {}
