import DraftEvaluation
import Foundation
import Synchronization

/// Ctrl-C and its like: the first asks the running work to save and stop, a later one stops at
/// once. Two within a second are one: `timeout` and shells send one to the process and one to its
/// group.
enum Interruption {
  /// When the first came, in milliseconds of the clock that never goes back; 0 before.
  private static let firstTime = Atomic<Int>(0)
  /// Milliseconds within which several are one.
  private static let oneWithin = 1000
  /// The address of what to say where the process is ended at once: memory that is never freed.
  private static let lastWords = Atomic<UInt>(0)

  /// From now on, an end at once says this line on standard error.
  static func sayAtEnd(_ line: String) {
    guard let words = strdup("\n" + line + "\n") else { return }
    lastWords.store(UInt(bitPattern: words), ordering: .releasing)
  }

  /// One more asked to stop. Nothing here but what is safe in a signal handler: atomics, the clock,
  /// `write` and `_exit`.
  private static func take() {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    let first = firstTime.compareExchange(expected: 0, desired: max(1, now), ordering: .relaxed)
    guard !first.exchanged, now - first.original > oneWithin else { return }
    if let words = UnsafePointer<CChar>(bitPattern: lastWords.load(ordering: .acquiring)) {
      _ = write(STDERR_FILENO, words, strlen(words))
    }
    _exit(ExitCode.interrupted.rawValue)
  }

  /// Whether somebody asked to stop.
  static var isRequested: Bool { firstTime.load(ordering: .relaxed) > 0 }

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
      signal(number) { _ in Interruption.take() }
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
      handle(number) { _ in Interruption.take() }
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
