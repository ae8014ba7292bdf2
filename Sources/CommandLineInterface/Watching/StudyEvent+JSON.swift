import DraftEvaluation
import Files
import SkipSearch

extension StudyEvent {
  /// The event as `search --events` writes it, without its time.
  var json: JSON {
    switch self {
    case .measuringBaseline: ["event": "measuring_baseline"]
    case .baseline(let baseline):
      ["event": "baseline", "tokens_per_second": .double(baseline.tokensPerSecond)]
    case .bound(let bound):
      [
        "event": "bound", "can_pay": .bool(bound.canPay),
        "least_draft_cost_ratio": .double(bound.least.draftCost),
        "perfect_acceptance_speedup": .double(bound.least.perfectSpeedup),
      ]
    case .resumed(let trials): ["event": "resumed", "trials": .integer(trials)]
    case .proposed(let index, let plan):
      ["event": "proposed", "index": .integer(index), "plan": plan.json]
    case .waiting(let claim):
      ["event": "waiting", "for": .string(claim.worker), "which": .string(claim.doing)]
    case .trial(let trial, let best, let count, let total):
      [
        "event": "trial", "done": .integer(count), "of": .integer(total), "trial": trial.json,
        "best": best.map { Self.best($0.index, $0.evaluation.speedup) } ?? .null,
      ]
    case .settling(let done, let total):
      ["event": "settling", "done": .integer(done), "of": .integer(total)]
    case .remeasuring(let done, let total, let drafts):
      Self.count("remeasuring", done, total, drafts)
    case .validating(let done, let total, let drafts):
      Self.count("validating", done, total, drafts)
    case .notice(let sentence): ["event": "notice", "text": .string(sentence)]
    }
  }

  private static func count(_ name: String, _ done: Int, _ total: Int, _ drafts: Int) -> JSON {
    [
      "event": .string(name), "done": .integer(done), "of": .integer(total),
      "drafts": .integer(drafts),
    ]
  }

  /// A best draft by its trial, with what it is worth.
  fileprivate static func best(_ trial: Int, _ speedup: SpeedupEstimate?) -> JSON {
    [
      "trial": .integer(trial), "speedup": .number(speedup?.speedup),
      "speedup_ci95": speedup?.interval.map { [.double($0.lowerBound), .double($0.upperBound)] }
        ?? .null,
    ]
  }
}

extension StudyResult {
  /// The last event of a search.
  func event(path: String?) -> JSON {
    [
      "event": "result", "path": path.map(JSON.string) ?? .null,
      "interrupted": .bool(isInterrupted), "trials": .integer(trials.count),
      "best": best.map { StudyEvent.best($0.trial, $0.decisive.speedup) } ?? .null,
    ]
  }
}
