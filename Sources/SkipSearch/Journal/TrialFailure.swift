import DraftEvaluation
import Files

/// A trial that has no result: recorded, counted for nothing, and tried once more.
public struct TrialFailure: Hashable, Sendable {
  /// What was to be evaluated.
  public var plan: TrialPlan
  /// Why there is no result; one sentence without its full stop, in one line: some are written by
  /// other programs.
  public let reason: String
  /// The worker whose trial it was, as its claim says; nil in a search by one process.
  public var worker: String?

  init(plan: TrialPlan, reason: String) {
    self.plan = plan
    self.reason = onOneLine(reason)
  }

  /// The failure of a worker's trial.
  func of(_ worker: String?) -> TrialFailure {
    var failure = self
    failure.worker = worker
    return failure
  }
}

extension TrialFailure: LayeredRecord {
  package static func record(
    _ member: JSONMembers<TrialFailure>, layerCount: Int?
  ) throws(InputError) -> TrialFailure {
    let reason = try member("failure", \.reason, .string)
    let plan = try member("plan", \.plan, TrialPlan.codec(layerCount: layerCount))
    return TrialFailure(plan: plan, reason: reason)
  }
}
