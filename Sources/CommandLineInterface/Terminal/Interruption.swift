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
    // Whoever starts us from a thread that blocks signals, as those of thread pools do, hands that
    // down by accident.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
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

extension Interruption {
  private static let presses = Atomic<Int>(0)

  /// From now on Ctrl-C is for a conversation (`takePress`), and ends the process only where nobody
  /// takes it: the third time. Whatever asks the process to end also ends its wait for input.
  static func converse() {
    handle(SIGINT) { _ in
      if Interruption.presses.add(1, ordering: .relaxed).oldValue > 1 {
        _exit(ExitCode.interrupted.rawValue)
      }
    }
    for number in [SIGTERM, SIGHUP] {
      var old = sigaction()
      sigaction(number, nil, &old)
      if unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
      handle(number) { _ in
        if Interruption.count.add(1, ordering: .relaxed).oldValue > 0 {
          _exit(ExitCode.interrupted.rawValue)
        }
      }
    }
  }

  /// Whether Ctrl-C was pressed in a conversation and nobody took it yet.
  static var isPressed: Bool { presses.load(ordering: .relaxed) > 0 || isRequested }

  /// Whether Ctrl-C was pressed in a conversation; takes it.
  static func takePress() -> Bool { presses.exchange(0, ordering: .relaxed) > 0 }

  /// Without SA_RESTART: a read that waits for the terminal then returns.
  private static func handle(_ number: Int32, _ body: @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = body
    sigaction(number, &action, nil)
  }
}

/// A command that stopped because it was asked to.
struct Interrupted: Error {}
