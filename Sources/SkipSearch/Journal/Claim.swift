import DraftEvaluation
import Files

/// A line of a shared journal: a worker says what it does, so that nobody else does it too. A
/// second line with the same number takes over what a worker left when it died.
public struct Claim: Hashable, Sendable {
  /// What is done.
  public enum Task: Hashable, Sendable {
    /// Measuring what passes cost.
    case costs
    /// A trial.
    case trial(TrialPlan)
    /// Measuring the best few again.
    case finals
  }

  /// From 0, in the order in which tasks were claimed first.
  public var number: Int
  /// `Worker.name`.
  public var worker: String
  /// What is done.
  public var task: Task

  /// What the trial evaluates; nil where this is none.
  public var plan: TrialPlan? {
    if case .trial(let plan) = task { plan } else { nil }
  }

  /// `measures what passes cost`, …: what its worker is doing.
  public var doing: String {
    switch task {
    case .costs: "measures what passes cost"
    case .trial: "runs a trial"
    case .finals: "measures the best drafts"
    }
  }

  /// `a trial`, …: what is to be done.
  public var what: String {
    switch task {
    case .costs: "measuring what passes cost"
    case .trial: "a trial"
    case .finals: "measuring the best drafts"
    }
  }
}

extension Claim: LayeredRecord {
  private enum Kind: String, CaseIterable { case costs, trial, finals }

  private var kind: Kind {
    switch task {
    case .costs: .costs
    case .trial: .trial
    case .finals: .finals
    }
  }

  package static func record(
    _ member: JSONMembers<Claim>, layerCount: Int?
  ) throws(InputError) -> Claim {
    let number = try member("claim", \.number, .integer(in: 0...(1 << 40)))
    let worker = try member(
      "worker", \.worker,
      JSONCodec.string.checked("expected a worker's name") { Worker.isName($0) })
    let kind = try member("task", \.kind, .name(of: "task"))
    let plan = try member(
      "plan", \.plan, .nullable(TrialPlan.codec(layerCount: layerCount)))
    let task: Task
    switch (kind, plan) {
    case (.costs, _): task = .costs
    case (.finals, _): task = .finals
    case (.trial, let plan?): task = .trial(plan)
    case (.trial, nil): throw member.error("a claimed trial needs a \"plan\"")
    }
    return Claim(number: number, worker: worker, task: task)
  }
}
