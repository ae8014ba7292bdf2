import DraftEvaluation
import Foundation
import Inference

/// The best few of a search, measured again.
struct Finals {
  fileprivate(set) var finalists: [Ranking.Finalist]
  /// What the best draft's ingredients give.
  fileprivate(set) var ablations: [Ablation] = []
  /// Other stop rules that they tried.
  fileprivate(set) var draftTrials: [Evaluation] = []
  fileprivate(set) var seconds = StudyResult.Seconds()
  var warnings: [String] = []
  /// Of each finalist, the draft that suits it where nothing is looked up.
  fileprivate(set) var withoutLookup: [Int: Draft] = [:]

  /// Drafts that are measured again.
  fileprivate var count: Int { finalists.count }

  /// Drafts that are none of the finalists': what is one is not measured twice.
  fileprivate func unmeasured(_ ablations: [AblationPlan]) -> [AblationPlan] {
    ablations.filter { plan in !finalists.contains { $0.calibration.draft == plan.draft } }
  }
}

extension Study {
  /// Gives the best few their stop rules, checks them on the prompts of the search, and measures
  /// them with their ablations on held-out prompts: as many as there is time for.
  func finals(
    of search: Search, with preparation: Preparation, _ schedule: StudySchedule
  ) throws(StudyError) -> Finals {
    let benches = preparation.benches
    let budget = FinalsBudget(
      end: schedule.finalsEnd(journalSeconds: search.journalSeconds),
      secondsPerRun: preparation.baseline.secondsPerPrompt, hasRunoff: benches.runoff != nil,
      isLimited: settings.timeLimit != nil)
    let wanted = finalists(of: search)
    var finals = Finals(
      finalists: wanted.prefix(budget.finalists(of: wanted.count)).map {
        Ranking.Finalist(trial: $0.index, calibration: $0.evaluation, heldOut: nil)
      })
    try settle(
      &finals, benches.trials, until: schedule.settlingEnd(budget.measuringStart(finals.count)))
    let planned = try self.ablations(
      of: &finals, search, benches.trials, until: budget.ablationsEnd(finals.count))
    let ablations = Array(planned.prefix(budget.ablations(of: planned.count, beside: finals.count)))
    // Measured on both sides of the held-out prompts, a machine that changes its speed changes it
    // for both kinds of prompts.
    let measured = finals.count + finals.unmeasured(ablations).count
    if budget.allowsRunoff(finals.count, before: measured) {
      try remeasure(
        &finals, benches.runoff, repetition: 0, budget, within: budget.runoffEnd(before: measured))
    }
    try validate(&finals, ablations, benches.heldOut, budget, within: budget.heldOutEnd(measured))
    if budget.allowsRunoff(finals.count) {
      try remeasure(&finals, benches.runoff, repetition: 1, budget, within: budget.end)
    }
    if finals.count < wanted.count {
      warn(
        "there was no time to measure more than \(finals.count) of the best \(wanted.count) drafts "
          + "again", in: &finals.warnings)
    }
    checkAgreement(&finals)
    return finals
  }

  /// The trials to measure again: the best by posterior mean, lookup alone, and, where skip sets
  /// are all that varies, uniform skipping.
  private func finalists(of search: Search) -> [Trial] {
    let ranked = search.trials.filter { !$0.evaluation.stoppedEarly && !$0.isLookupAlone }
      .map { trial in
        (
          trial,
          search.proposer.prediction(of: trial.model)?.logSpeedup ?? trial.objective.logSpeedup
        )
      }.sorted { ($1.1, $0.0.index) < ($0.1, $1.0.index) }.map(\.0)
    var best = Array(ranked.prefix(settings.finalists))
    // No draft is worth naming that does not beat it.
    if let lookup = search.trials.first(where: \.isLookupAlone) {
      let isAhead = best.first.map { $0.logSpeedup < lookup.logSpeedup } ?? true
      best.insert(lookup, at: isAhead ? 0 : 1)
    }
    let uniform = settings.uniformSkipping(of: subject.model)
    // The baseline is measured also where its trial ended early; very shallow models have none.
    guard uniform != .full else { return best }
    return best
      + search.trials.filter { trial in
        trial.model == uniform && !best.contains { $0.index == trial.index }
      }
  }

  /// Lets each finalist find the stop rule that suits it, the best first, as far as time allows.
  private func settle(
    _ finals: inout Finals, _ bench: any Bench, until deadline: Deadline
  ) throws(StudyError) {
    let count = finals.count
    let stop = interruption.or { deadline.isPassed }
    for index in finals.finalists.indices {
      guard !stop.isRaised else { return }
      if finals.finalists[index].isLookupAlone {
        // Its rule is fitted to all rounds that there are; where it is replayed, completely.
        if bench.costs != nil {
          finals.finalists[index].replay = finals.finalists[index].calibration
        }
        continue
      }
      let calibration = finals.finalists[index].calibration
      let settlement = try measured(warningIn: &finals.warnings) { () throws(EvaluationError) in
        try bench.settle(
          calibration, until: stop, trying: deadline.signal,
          progress: { progress(.settling(done: index * $1 + $0, of: count * $1)) })
      }
      guard let settlement else { continue }
      finals.finalists[index].calibration = settlement.evaluation
      finals.withoutLookup[index] = settlement.withoutLookup
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
    _ finals: inout Finals, _ runoff: (any Validator)?, repetition: Int,
    _ budget: FinalsBudget, within deadline: Deadline
  ) throws(StudyError) {
    guard let runoff, !finals.finalists.isEmpty, !interruption.isRaised else { return }
    let start = clock()
    defer { finals.seconds.evaluation += clock() - start }
    let drafts = finals.finalists.map(\.calibration.draft)
    let evaluations = try measured(warningIn: &finals.warnings) { () throws(EvaluationError) in
      try runoff.validate(
        drafts, repetitions: 1, until: interruption, within: deadline.signal,
        progress: { done, total in
          let total = budget.steps(
            done, of: total, seconds: clock() - start, drafts: drafts.count, until: deadline)
          progress(.remeasuring(done: done, of: total, drafts: drafts.count))
        })
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

  /// Measures finalists and ablations on held-out prompts, all in turn with plain decoding.
  private func validate(
    _ finals: inout Finals, _ ablations: [AblationPlan],
    _ validator: any Validator, _ budget: FinalsBudget, within deadline: Deadline
  ) throws(StudyError) {
    guard !finals.finalists.isEmpty else { return }
    let flattered = "the best of many measurements is flattered"
    guard !interruption.isRaised else {
      return warn(
        "the best drafts were not measured on held-out prompts: their speedups are those of the "
          + "search, and \(flattered)", in: &finals.warnings)
    }
    if subject.calibration.sharesPrompts {
      warn(
        "there are too few prompts to keep some back: the best drafts were measured again on the "
          + "prompts of the search; give at least 3 with --prompts", in: &finals.warnings)
    }
    let start = clock()
    defer { finals.seconds.validation = clock() - start }
    let drafts =
      finals.finalists.map(\.calibration.draft) + finals.unmeasured(ablations).map(\.draft)
    let repetitions = settings.validationRepetitions
    let evaluations = try measured(warningIn: &finals.warnings) { () throws(EvaluationError) in
      try validator.validate(
        drafts, repetitions: repetitions, until: interruption, within: deadline.signal,
        progress: { done, total in
          let total = budget.steps(
            done, of: total, seconds: clock() - start, drafts: drafts.count, until: deadline)
          progress(.validating(done: done, of: total, drafts: drafts.count))
        })
    }
    guard let evaluations else {
      return warn(
        "the best drafts were not measured to the end on held-out prompts: their speedups are "
          + "those of the search, and \(flattered)", in: &finals.warnings)
    }
    for index in finals.finalists.indices {
      finals.finalists[index].heldOut = evaluations[index]
    }
    finals.ablations = ablations.compactMap { plan in
      zip(drafts, evaluations).first { $0.0 == plan.draft }
        .map { Ablation(name: plan.name, heldOut: $0.1) }
    }
    if let first = evaluations.first, first.promptCount < subject.calibration.heldOutCount {
      warn(
        "to take no more than a quarter of the whole time, the best drafts were measured on "
          + "\(first.promptCount) of \(subject.calibration.heldOutCount) held-out prompts",
        in: &finals.warnings)
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
            + "says: this machine's speed changed since its passes were timed, or is very uneven; "
            + "the speedups shown are measured ones", in: &finals.warnings)
      }
    }
  }
}
