import DraftEvaluation
import Foundation
import Inference

/// The best few of a search, measured again.
struct Finals {
  fileprivate(set) var finalists: [Ranking.Finalist]
  /// Other stop rules that they tried.
  fileprivate(set) var draftTrials: [Evaluation] = []
  fileprivate(set) var seconds = StudyResult.Seconds()
  fileprivate(set) var warnings: [String] = []
}

extension Study {
  /// Gives the best few their stop rules, ranks them on the prompts of the search, and measures
  /// them on held-out prompts.
  func finals(
    of search: Search, with preparation: Preparation, _ schedule: StudySchedule
  ) throws(StudyError) -> Finals {
    var finals = Finals(
      finalists: finalists(of: search).map {
        Ranking.Finalist(trial: $0.index, calibration: $0.evaluation, heldOut: nil)
      })
    let benches = preparation.benches
    try settle(&finals, benches.trials, until: schedule.settlingEnd)
    // Measured on both sides of the held-out prompts, a machine that changes its speed changes it
    // for both kinds of prompts.
    try remeasure(&finals, benches.runoff, repetition: 0)
    try validate(&finals, benches.heldOut, repetitions: schedule.validationRepetitions)
    try remeasure(&finals, benches.runoff, repetition: 1)
    checkAgreement(&finals)
    return finals
  }

  /// The trials to measure again: the best by posterior mean, and uniform skipping.
  private func finalists(of search: Search) -> [Trial] {
    let ranked = search.trials.filter { !$0.evaluation.stoppedEarly }.map { trial in
      (
        trial,
        search.proposer.prediction(of: trial.model)?.logSpeedup ?? trial.objective.logSpeedup
      )
    }.sorted { ($1.1, $0.0.index) < ($0.1, $1.0.index) }.map(\.0)
    let uniform = settings.uniformSkipping(of: subject.model)
    let best = ranked.prefix(settings.finalists)
    // The baseline is measured also where its trial ended early; very shallow models have none.
    guard uniform != .full else { return Array(best) }
    return best
      + search.trials.filter { trial in
        trial.model == uniform && !best.contains { $0.index == trial.index }
      }
  }

  /// Lets each finalist find the stop rule that suits it.
  private func settle(
    _ finals: inout Finals, _ bench: any Bench, until deadline: Deadline
  ) throws(StudyError) {
    let count = finals.finalists.count
    for index in finals.finalists.indices {
      guard !interruption.isRaised else { return }
      let settlement = try measured { () throws(EvaluationError) in
        try bench.settle(
          finals.finalists[index].calibration, until: interruption, trying: deadline.signal,
          progress: { progress(.settling(done: index * $1 + $0, of: count * $1)) })
      }
      guard let settlement else { return }
      finals.finalists[index].calibration = settlement.evaluation
      if settlement.isReplayed {
        finals.finalists[index].replay = settlement.evaluation
        finals.seconds.evaluation += settlement.evaluation.seconds
      }
      finals.draftTrials += settlement.tried
      finals.seconds.evaluation += settlement.tried.reduce(0) { $0 + $1.seconds }
    }
  }

  /// Measures the finalists again on the calibration prompts, all in turn with plain decoding. The
  /// figures that made them finalists are the luckiest of many; these are not, and they decide the
  /// ranks.
  private func remeasure(
    _ finals: inout Finals, _ runoff: (any Validator)?, repetition: Int
  ) throws(StudyError) {
    guard let runoff, !finals.finalists.isEmpty, !interruption.isRaised else { return }
    let start = clock()
    defer { finals.seconds.evaluation += clock() - start }
    let drafts = finals.finalists.map(\.calibration.draft)
    let evaluations = try measured { () throws(EvaluationError) in
      try runoff.validate(
        drafts, repetitions: 1, until: interruption,
        progress: { progress(.remeasuring(done: $0, of: $1, drafts: drafts.count)) })
    }
    // Where it was interrupted, what was measured before stands; the validation says so.
    guard let evaluations else { return }
    for (index, evaluation) in evaluations.enumerated() {
      if repetition == 0 {
        finals.finalists[index].calibration = evaluation
      } else {
        finals.finalists[index].calibration.append(evaluation, repetition: repetition)
      }
    }
  }

  /// Measures the finalists on held-out prompts.
  private func validate(
    _ finals: inout Finals, _ validator: any Validator, repetitions: Int
  ) throws(StudyError) {
    guard !finals.finalists.isEmpty else { return }
    let flattered = "the best of many measurements is flattered"
    guard !interruption.isRaised else {
      return warn(
        "the best sets were not measured on held-out prompts: their speedups are those of the "
          + "search, and \(flattered)", in: &finals.warnings)
    }
    if repetitions < settings.validationRepetitions {
      warn(
        "to keep the time limit, the best sets were measured \(repetitions) instead of "
          + "\(settings.validationRepetitions) times on held-out prompts", in: &finals.warnings)
    }
    if subject.calibration.sharesPrompts {
      warn(
        "there are too few prompts to keep some back: the best sets were measured again on the "
          + "prompts of the search; give at least 3 with --prompts", in: &finals.warnings)
    }
    let start = clock()
    defer { finals.seconds.validation = clock() - start }
    let drafts = finals.finalists.map(\.calibration.draft)
    let evaluations = try measured { () throws(EvaluationError) in
      try validator.validate(
        drafts, repetitions: repetitions, until: interruption,
        progress: { progress(.validating(done: $0, of: $1, drafts: drafts.count)) })
    }
    guard let evaluations else {
      return warn(
        "interrupted while the best sets were measured on held-out prompts: their speedups are "
          + "those of the search, and \(flattered)", in: &finals.warnings)
    }
    for (index, evaluation) in evaluations.enumerated() {
      finals.finalists[index].heldOut = evaluation
    }
  }

  /// Warns where replay and decoding of a finalist do not say the same.
  private func checkAgreement(_ finals: inout Finals) {
    for finalist in finals.finalists {
      guard let replay = finalist.replay, finalist.calibration != replay else { continue }
      let agreement = Agreement(replayed: replay, decoded: finalist.calibration)
      if let prompt = agreement.differing.first {
        warn(
          "internal error: the rounds of trial \(finalist.trial) on prompt \(prompt + 1) differ "
            + "between replay and decoding; please report this", in: &finals.warnings)
      }
      if let ratio = agreement.ratio, !agreement.isClose {
        let times = String(format: "%.2f", ratio)
        warn(
          "trial \(finalist.trial) decodes at \(times) times the speedup that the cost model "
            + "says: this machine's speed changed since its passes were timed, or is very uneven; the "
            + "speedups shown are measured ones", in: &finals.warnings)
      }
    }
  }
}
