import BayesianOptimization
import DraftEvaluation
import Files
import Foundation
import Inference

/// What a study knows before its first trial.
struct Preparation {
  fileprivate(set) var benches: Benches
  /// What the optimiser's points stand for.
  let space: DraftSpace
  /// What to try first.
  let initial: InitialDrafts
  /// What is possible at all; nil where costs are not known.
  fileprivate(set) var bound: SpeedupBound?
  /// What skipping each sub-layer alone does to the draft; nil where there was no screen.
  let screen: [Double]?
  /// Whether trials are worth their time.
  let isWorthSearching: Bool
  let proposer: Proposer
  let seconds: StudyResult.Seconds
  fileprivate(set) var warnings: [String]

  var baseline: Baseline { benches.trials.baseline }
  /// What passes cost; nil where it was not measured.
  var costs: CostModel? { benches.trials.costs }
}

extension Study {
  /// Measures plain decoding, judges from what passes cost whether any draft can pay, screens the
  /// sub-layers, and sets up the optimiser with all that is known.
  ///
  /// - Throws: where the time is over before plain decoding is measured, too.
  func prepare(until end: Deadline) throws(StudyError) -> Preparation {
    var seconds = StudyResult.Seconds()
    var warnings: [String] = []
    let known = try sharedCosts()
    progress(.measuringBaseline)
    let benches = try makeBenches(knowing: known, until: end)
    let baseline = benches.trials.baseline
    seconds.baseline = baseline.seconds
    if baseline.loopingPromptCount > 0 {
      warn(
        "\(baseline.loopingPromptCount) of \(baseline.promptCount) calibration prompts end in a "
          + "loop; drafting a loop is easy, so acceptance is flattered: prefer other prompts",
        in: &warnings)
    }
    progress(.baseline(baseline))

    let costs = benches.trials.costs
    if let costs, known == nil {
      _ = try exchange { _ throws(InputError) in
        ((), journal.costs == nil ? [.costs(costs)] : [])
      }
    }
    let bound = costs.map { costs in
      SpeedupBound(costs, settings.policy, maximum: settings.draftMaximum)
    }
    if let bound { judge(bound, &warnings) }

    let isWorthSearching = bound?.canPay ?? true || settings.force
    let space = DraftSpace(
      layerCount: subject.model.layerCount, choices: benches.trials.choices)
    let initial = InitialDrafts(settings, space)
    var knowledge = Proposer.Knowledge(design: initial.design)
    var screen: [Double]?
    if isWorthSearching {
      // A function of model and prompts alone: a resumed search makes the same one.
      let start = clock()
      let distances = try measured { () throws(EvaluationError) in
        try benches.trials.screen(
          space.screened, until: interruption.or { end.isPassed })
      }
      if let distances = distances ?? nil {
        knowledge.importance = space.importance(distances)
        screen = Array(distances[1...2 * space.layerCount])
      }
      if costs != nil { seconds.screening = clock() - start }
      knowledge.costs = costs
    }
    return Preparation(
      benches: benches, space: space, initial: initial, bound: bound, screen: screen,
      isWorthSearching: isWorthSearching,
      proposer: Proposer(settings, space, knowing: knowledge),
      seconds: seconds, warnings: warnings)
  }

  /// - Parameter end: when the time is over; nil where that does not matter.
  private func makeBenches(
    knowing costs: CostModel?, until end: Deadline? = nil
  ) throws(StudyError) -> Benches {
    let benches = try measured { () throws(EvaluationError) in
      try makeBenches(costs, interruption.or { end?.isPassed ?? false })
    }
    if let benches { return benches }
    throw interruption.isRaised ? .interrupted : .timeIsOver(seconds: settings.timeLimit ?? 0)
  }

  /// Measures what passes cost again, where the study's costs are of another machine than this one,
  /// which measures the best few: how many drafts are accepted is the same everywhere, what passes
  /// cost is not. Not where it is interrupted: nothing is measured again then.
  func measureHere(_ preparation: inout Preparation) throws(StudyError) {
    let machine = journal.header.subject.machine
    guard journal.worker != nil, preparation.costs != nil,
      machine.conflict(with: subject.machine, or: "") != nil, !interruption.isRaised
    else { return }
    preparation.benches = try makeBenches(knowing: nil)
    preparation.bound = preparation.costs.map {
      SpeedupBound($0, settings.policy, maximum: settings.draftMaximum)
    }
    warn(
      "the speedups of trials are modelled with what passes cost on the machine that began the "
        + "study (\(machine.summary)); the best drafts were given their stop rules, and measured, "
        + "on this one (\(subject.machine.summary))", in: &preparation.warnings)
  }

  private func judge(_ bound: SpeedupBound, _ warnings: inout [String]) {
    progress(.bound(bound))
    guard !bound.canPay else { return }
    let speedup = String(format: "%.2f", bound.least.perfectSpeedup)
    warn(
      "no draft can pay on this machine: drafting with nothing but the head, and with every "
        + "draft accepted, would reach \(speedup)x"
        + (settings.force ? "" : "; --force searches all the same"), in: &warnings)
  }
}
