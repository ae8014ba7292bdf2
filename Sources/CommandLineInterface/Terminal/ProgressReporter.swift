import Foundation
import Inference

/// Shows progress on standard error: one line that is drawn again on a terminal, lines from time to
/// time elsewhere, nothing where it is to be quiet.
final class ProgressReporter {
  private let isTerminal: Bool
  private let isQuiet: Bool
  private let write: (String) -> Void
  private let now: () -> Double
  private let width: () -> Int
  private var label = ""
  private var start = 0.0
  private var before = 0
  private var lastShown = -Double.infinity
  private var lastShare = 0.0
  private var isDrawn = false

  /// A reporter on standard error.
  convenience init(quiet: Bool) {
    let clock = Stopwatch()
    self.init(
      isTerminal: Terminal.isTerminal(STDERR_FILENO), isQuiet: quiet,
      write: { try? StandardOutput.write($0, to: STDERR_FILENO, name: "standard error") },
      now: { clock.seconds }, width: { Terminal.width(STDERR_FILENO) })
  }

  init(
    isTerminal: Bool, isQuiet: Bool, write: @escaping (String) -> Void,
    now: @escaping () -> Double, width: @escaping () -> Int
  ) {
    self.isTerminal = isTerminal
    self.isQuiet = isQuiet
    self.write = write
    self.now = now
    self.width = width
  }

  /// Reports a step. A new label starts a new clock.
  func update(_ label: String, _ done: Int, of total: Int, note: String = "") {
    guard !isQuiet else { return }
    if label != self.label {
      clear()
      self.label = label
      start = now()
      before = done
      lastShown = -.infinity
      lastShare = 0
    }
    let elapsed = now() - start
    let share = Double(done) / Double(max(total, 1))
    let interval = isTerminal ? 0.1 : 10
    let isDue = now() - lastShown >= interval || (!isTerminal && share - lastShare >= 0.05)
    guard isDue || done == total else { return }
    // A line for every twentieth, but not many a second.
    if !isTerminal, done < total, now() - lastShown < 1 { return }
    lastShown = now()
    lastShare = share
    let state = ProgressState(
      label: label, done: done, total: total, before: before, elapsed: elapsed, note: note)
    if isTerminal {
      write("\r\u{1B}[K" + state.line(width: width() - 1))
      isDrawn = true
    } else {
      write(state.line(width: 200) + "\n")
    }
  }

  /// Removes the drawn line, for a message or the end.
  func clear() {
    if isDrawn { write("\r\u{1B}[K") }
    isDrawn = false
  }

  /// A message between the drawn lines; warnings are shown also where progress is not.
  func say(_ text: String, always: Bool = false) {
    guard !isQuiet || always else { return }
    clear()
    write(text + "\n")
  }
}
