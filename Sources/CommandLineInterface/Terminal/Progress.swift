import DraftEvaluation
import Foundation
import Inference

/// How far a long piece of work is.
struct ProgressState: Equatable {
  /// What is being done.
  var label: String
  var done: Int
  var total: Int
  /// Steps that were done before the clock started: they say nothing about the rate.
  var before = 0
  /// Seconds since the clock started.
  var elapsed: Double
  /// The best so far, or another short note.
  var note = ""

  /// Steps per second; nil before anything is done.
  private var rate: Double? {
    done > before && elapsed > 0 ? Double(done - before) / elapsed : nil
  }

  /// Seconds to go at the rate so far; nil before anything is done.
  var remaining: Double? {
    rate.map { Double(max(0, total - done)) / $0 }
  }

  /// One line of at most `width` columns; what matters least is left out first.
  func line(width: Int) -> String {
    let count = "\(label) \(done)/\(total)"
    var parts = [count]
    if let rate { parts.append(Self.rate(rate)) }
    if let remaining, done < total { parts.append("ETA \(Self.clock(remaining))") }
    if !note.isEmpty { parts.append(note) }
    // The rate goes first, then the note, then the time to go.
    for victim in [1, parts.count - 1, 1] {
      if parts.joined(separator: " · ").count <= width { break }
      if parts.count > 1 { parts.remove(at: min(victim, parts.count - 1)) }
    }
    return String(parts.joined(separator: " · ").prefix(width))
  }

  /// `2.4/s` or `13 s each`
  static func rate(_ perSecond: Double) -> String {
    perSecond >= 1
      ? String(format: "%.1f/s", perSecond) : String(format: "%.1f s each", 1 / perSecond)
  }

  /// `0:07`, `12:30` or `1:02:03`
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest)
      : String(format: "%d:%02d", minutes, rest)
  }
}

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
