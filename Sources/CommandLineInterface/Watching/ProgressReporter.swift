import Files
import Foundation
import Inference
import SkipSearch

/// Shows progress on standard error: a block that is drawn again on a terminal, lines from time to
/// time elsewhere, nothing where it is to be quiet.
final class ProgressReporter {
  /// The block; nil where there is no terminal to draw it on, or where it is to be quiet.
  let live: LiveDisplay?
  private let isQuiet: Bool
  private let write: (String) -> Void
  private let now: () -> Double
  private var label = ""
  private var start = 0.0
  private var before = 0
  private var lastShown = -Double.infinity
  private var lastShare = 0.0
  /// When the search ends in any case; nil where it has no time limit.
  private var deadline: Double?

  /// A reporter on standard error.
  ///
  /// - Parameter draws: whether it may draw; lines of others on the same terminal leave no place.
  convenience init(quiet: Bool, draws: Bool = true) {
    let clock = Stopwatch()
    let write: @Sendable (String) -> Void = {
      try? writeAll($0, to: STDERR_FILENO, name: "standard error")
    }
    let now: @Sendable () -> Double = { clock.seconds }
    var live: LiveDisplay?
    if !quiet, draws, Terminal.isDrawable(STDERR_FILENO) {
      live = LiveDisplay(
        write: write, now: now,
        size: { (Terminal.width(STDERR_FILENO), Terminal.height(STDERR_FILENO)) })
      live?.start()
    }
    self.init(live: live, isQuiet: quiet, write: write, now: now)
  }

  init(
    live: LiveDisplay? = nil, isQuiet: Bool, write: @escaping (String) -> Void,
    now: @escaping () -> Double
  ) {
    self.live = live
    self.isQuiet = isQuiet
    self.write = write
    self.now = now
  }

  /// Reports a step by a line, if one is due. A new label starts a new clock.
  func update(_ label: String, _ done: Int, of total: Int, note: String = "") {
    guard !isQuiet else { return }
    if label != self.label {
      self.label = label
      start = now()
      before = done
      lastShown = -.infinity
      lastShare = 0
    }
    let elapsed = now() - start
    let share = Double(done) / Double(max(total, 1))
    guard now() - lastShown >= 10 || share - lastShare >= 0.05 || done == total else { return }
    // A line for every twentieth, but not many a second.
    if done < total, now() - lastShown < 1 { return }
    lastShown = now()
    lastShare = share
    let state = ProgressState(
      label: label, done: done, total: total, before: before, elapsed: elapsed,
      limit: deadline.map { $0 - now() }, note: note)
    write(state.line(width: 200) + "\n")
  }

  /// What the search is about is known.
  func begin(_ header: JournalHeader) {
    deadline = header.settings.timeLimit.map { now() + $0 }
    live?.update { progress, now in
      progress.begin(
        trials: header.settings.trials, layerCount: header.subject.model.layerCount,
        deadline: header.settings.timeLimit.map { now + $0 })
    }
  }

  /// Removes the block, for good.
  func clear() { live?.finish() }

  /// A message, above the block where there is one; warnings are shown also where progress is not.
  func say(_ text: String, always: Bool = false) {
    guard !isQuiet || always else { return }
    if let live { live.say(text) } else { write(text + "\n") }
  }
}
