import BayesianOptimization
import DraftEvaluation
import Files
import Foundation
import Inference

/// What a study knows before its first trial.
struct Preparation {
  let benches: Benches
  /// What to try first.
  let initial: InitialDrafts
  /// What is possible at all; nil where costs are not known.
  let bound: SpeedupBound?
  /// What skipping each sub-layer alone does to the draft; nil where there was no screen.
  let screen: [Double]?
  /// Whether trials are worth their time.
  let isWorthSearching: Bool
  let proposer: Proposer
  let seconds: StudyResult.Seconds
  let warnings: [String]

  var baseline: Baseline { benches.trials.baseline }
  /// What passes cost; nil where it was not measured.
  var costs: CostModel? { benches.trials.costs }
}

extension Study {
  /// Measures plain decoding, judges from what passes cost whether any draft can pay, screens the
  /// sub-layers, and sets up the optimiser with all that is known.
  func prepare() throws(StudyError) -> Preparation {
    var seconds = StudyResult.Seconds()
    var warnings: [String] = []
    progress(.measuringBaseline)
    guard
      let benches = try measured({ () throws(EvaluationError) in
        try makeBenches(journal.costs, interruption)
      })
    else { throw .interrupted }
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
    if let costs, journal.costs == nil {
      try record { journal throws(InputError) in try journal.append(costs) }
    }
    let bound = costs.map { SpeedupBound($0, maximum: settings.draftMaximum) }
    if let bound { judge(bound, &warnings) }

    let isWorthSearching = bound?.canPay ?? true || settings.force
    let initial = InitialDrafts(settings, subject.model)
    var knowledge = Proposer.Knowledge(design: initial.design)
    if isWorthSearching {
      // A function of model and prompts alone: a resumed search makes the same one.
      let start = clock()
      knowledge.importance =
        try measured { () throws(EvaluationError) in
          try benches.trials.screen(until: interruption)
        } ?? nil
      if costs != nil { seconds.screening = clock() - start }
      knowledge.costs = costs
    }
    return Preparation(
      benches: benches, initial: initial, bound: bound, screen: knowledge.importance,
      isWorthSearching: isWorthSearching,
      proposer: Proposer(settings, layerCount: subject.model.layerCount, knowing: knowledge),
      seconds: seconds, warnings: warnings)
  }

  private func judge(_ bound: SpeedupBound, _ warnings: inout [String]) {
    progress(.bound(bound))
    guard !bound.canPay else { return }
    let speedup = String(format: "%.2f", bound.least.perfectSpeedup)
    warn(
      "no skip set can pay on this machine: drafting with nothing but the head, and with every "
        + "draft accepted, would reach \(speedup)x"
        + (settings.force ? "" : "; --force searches all the same"), in: &warnings)
  }
}
