import Foundation
import Report
import SkipSearch

extension StudyEvent {
  /// Shows the event as a person would like to see it.
  func show(on progress: ProgressReporter) {
    let live = progress.live
    live?.update { $0.follow(self, at: $1) }
    switch self {
    case .measuringBaseline where live == nil: progress.say("measuring plain decoding …")
    case .baseline(let baseline):
      progress.say("plain decoding: \(fixed(baseline.tokensPerSecond, 1)) tokens/s")
    case .bound(let bound):
      for line in bound.table(width: Terminal.textWidth(STDERR_FILENO)) { progress.say(line) }
    case .resumed(let trials): progress.say("resumed with \(trials) finished trials")
    case .notice(let sentence): progress.say("Note: \(sentence)", always: true)
    default: if live == nil { count(on: progress) }
    }
  }

  private func count(on progress: ProgressReporter) {
    switch self {
    case .waiting(let claim):
      progress.update("waiting for \(claim.worker), which \(claim.doing)", 0, of: 1)
    case .trial(_, let best, let count, let total):
      let speedup = best?.evaluation.speedup?.speedup
      progress.update(
        "trial", count, of: total, note: speedup.map { "best \(fixed($0, 2))x" } ?? "")
    case .settling(let done, let total):
      progress.update("the best few choose draft settings", done, of: total)
    case .remeasuring(let done, let total, let drafts):
      progress.update("measuring the best \(drafts) again", done, of: total)
    case .validating(let done, let total, let drafts):
      progress.update("measuring the best \(drafts) on held-out prompts", done, of: total)
    default: break
    }
  }
}
