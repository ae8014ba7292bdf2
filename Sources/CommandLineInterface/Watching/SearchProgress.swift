import Foundation
import Inference
import SkipSearch

/// How far a search is, by what its study has reported.
struct SearchProgress {
  /// What is being done beside trials.
  enum Activity: Equatable {
    case trials
    /// Something without a count.
    case working(String)
    case counting(String, done: Int, total: Int)
  }

  /// A draft, as a line about it says.
  struct Draft: Equatable {
    /// The trial's number, from 0.
    var trial: Int
    /// Nil for lookups alone.
    var model: DraftModel?
    /// Measured or expected.
    var speedup: Double?
    /// 95%.
    var interval: ClosedRange<Double>?
    /// Who proposed it.
    var origin: String
  }

  private(set) var activity = Activity.working("reading the model")
  /// When it began, in the clock's seconds.
  private(set) var activityStart = 0.0
  private(set) var done = 0
  private(set) var total = 0
  /// The model's layers; 0 before they are known.
  private(set) var layerCount = 0
  /// When the search ends in any case, in the clock's seconds; nil where it has no time limit.
  private var deadline: Double?
  private(set) var best: Draft?
  /// What is being tried, and since when.
  private(set) var running: (draft: Draft, start: Double)?
  /// Since when the optimiser chooses what to try next; nil while it does not.
  private(set) var choosing: Double?
  /// Trials of others or of a journal, which say nothing about the rate, and when the first of this
  /// process began.
  private var before = 0
  private var start: Double?

  /// A search of a model begins.
  ///
  /// - Parameter deadline: when it ends in any case; nil where it has no time limit.
  mutating func begin(trials: Int, layerCount: Int, deadline: Double? = nil) {
    total = trials
    self.layerCount = layerCount
    self.deadline = deadline
  }

  /// Trials per second; nil before one is done.
  func rate(at now: Double) -> Double? {
    guard let start, done > before, now > start else { return nil }
    return Double(done - before) / (now - start)
  }

  /// Seconds to go at the rate so far, within the time limit; a search may end earlier.
  func remaining(at now: Double) -> Double? {
    rate(at: now).map { limited(Double(max(0, total - done)) / $0, at: now) }
  }

  /// Seconds from now that are not beyond the time limit.
  func limited(_ seconds: Double, at now: Double) -> Double {
    min(seconds, max(0, (deadline ?? .infinity) - now))
  }

  /// Takes what the study reports.
  mutating func follow(_ event: StudyEvent, at now: Double) {
    choosing = nil
    switch event {
    case .measuringBaseline: turn(to: .working("measuring plain decoding"), at: now)
    case .baseline: turn(to: .working("measuring what passes cost"), at: now)
    case .bound, .notice: break
    case .resumed(let trials): (done, before) = (trials, trials)
    case .proposed(let index, let plan):
      turn(to: .trials, at: now)
      start = start ?? now
      running = (
        Draft(
          trial: index, model: plan.model, speedup: plan.predicted?.speedup,
          interval: plan.predicted?.interval, origin: plan.origin.name),
        now
      )
    case .waiting(let claim):
      running = nil
      turn(to: .working("waiting for \(claim.worker), which \(claim.doing)"), at: now)
    case .trial(_, let best, let count, let total):
      running = nil
      choosing = count < total ? now : nil
      (done, self.total) = (count, total)
      guard let best, best.index != self.best?.trial else { break }
      let speedup = best.evaluation.speedup
      self.best = Draft(
        trial: best.index, model: best.isLookupAlone ? nil : best.model,
        speedup: speedup?.speedup, interval: speedup?.interval, origin: best.origin.name)
    case .settling(let done, let total):
      count("the best choose draft settings", done, total, now)
    case .remeasuring(let done, let total, let drafts):
      count("measuring the best \(drafts) again", done, total, now)
    case .validating(let done, let total, let drafts):
      count("measuring the best \(drafts) on held-out prompts", done, total, now)
    }
  }

  private mutating func count(_ label: String, _ done: Int, _ total: Int, _ now: Double) {
    running = nil
    turn(to: .counting(label, done: done, total: total), at: now)
  }

  private mutating func turn(to activity: Activity, at now: Double) {
    switch (self.activity, activity) {
    case (.counting(let a, _, _), .counting(let b, _, _)) where a == b: break
    case (let a, let b) where a == b: break
    default: activityStart = now
    }
    self.activity = activity
  }
}

extension Trial.Prediction {
  /// What the optimiser's model expects.
  var speedup: Double { exp(logSpeedup) }

  /// 95% of what it thinks possible.
  var interval: ClosedRange<Double>? {
    let half = 1.96 * standardDeviation
    guard half.isFinite else { return nil }
    return exp(logSpeedup - half)...exp(logSpeedup + half)
  }
}
