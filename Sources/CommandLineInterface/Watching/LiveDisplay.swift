import Foundation
import Synchronization

/// A block of lines at the end of a terminal's output that is drawn again in place, one write a
/// frame, while messages go by above it.
///
/// The cursor is never hidden and stands below the block, so that whatever ends the process, even
/// SIGKILL, leaves a terminal behind that needs no repair. A thread draws the block four times a
/// second, so that it shows life and follows the terminal's size while nothing is reported.
final class LiveDisplay: Sendable {
  /// A terminal's size.
  typealias Size = (columns: Int, rows: Int)

  private struct State {
    var progress = SearchProgress()
    /// The lengths of the lines on the screen.
    var drawn: [Int] = []
    var lastFrame = -Double.infinity
    var isFinished = false
  }

  private let state = Mutex(State())
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> Double
  private let size: @Sendable () -> Size

  /// No more than ten frames a second.
  private static let frame = 0.1

  init(
    write: @escaping @Sendable (String) -> Void, now: @escaping @Sendable () -> Double,
    size: @escaping @Sendable () -> Size
  ) {
    self.write = write
    self.now = now
    self.size = size
  }

  /// Draws from now on, until `finish`, also while nothing is reported.
  func start() {
    Messages.display.withLock { $0 = { [self] text in say(text) } }
    Thread.detachNewThread { [self] in
      while state.withLock({ !$0.isFinished }) {
        draw()
        Thread.sleep(forTimeInterval: 0.25)
      }
    }
  }

  /// Changes what is shown.
  func update(_ body: (inout SearchProgress, _ now: Double) -> Void) {
    state.withLock { body(&$0.progress, now()) }
    draw()
  }

  /// Draws the block, unless it was drawn a moment ago.
  func draw() {
    state.withLock { state in
      let now = now()
      guard !state.isFinished, now - state.lastFrame >= Self.frame else { return }
      state.lastFrame = now
      write(frame(&state, at: now))
    }
  }

  /// A message above the block; sentences are broken at spaces, what has columns is left as it is.
  func say(_ text: String) {
    let lines = text.contains("  ") ? [text] : wrapped(text, width: size().columns - 1)
    state.withLock { state in
      let message = erased(&state) + lines.joined(separator: "\n") + "\n"
      write(state.isFinished ? message : message + frame(&state, at: now()))
    }
  }

  /// Removes the block for good.
  func finish() {
    Messages.display.withLock { $0 = nil }
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      let text = erased(&state)
      if !text.isEmpty { write(text) }
    }
  }

  /// What draws the block over the one before. Lines are overwritten and then cut, not erased
  /// first: nothing flickers.
  private func frame(_ state: inout State, at now: Double) -> String {
    let size = size()
    // The last column stays free: what a terminal does after it differs. So does the last row, where
    // the cursor is.
    let lines = SearchBlock(
      progress: state.progress, now: now, width: size.columns - 1, height: size.rows - 1
    ).lines
    let text =
      up(state.drawn, columns: size.columns)
      + lines.map { $0.rendered + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    state.drawn = lines.map(\.count)
    return text
  }

  private func erased(_ state: inout State) -> String {
    guard !state.drawn.isEmpty else { return "" }
    defer { state.drawn = [] }
    return up(state.drawn, columns: size().columns) + "\u{1B}[J"
  }

  /// To the block's first row. A terminal that became narrower has broken lines that were wider.
  private func up(_ drawn: [Int], columns: Int) -> String {
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    return "\r" + (rows > 0 ? "\u{1B}[\(rows)A" : "")
  }
}
