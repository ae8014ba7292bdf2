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
  fileprivate(set) var warnings: [String] = []
  /// Of each finalist, the draft that suits it where nothing is looked up.
  fileprivate var withoutLookup: [Int: Draft] = [:]
}

extension Study {
  /// Gives the best few their stop rules, checks them on the prompts of the search, and measures
  /// them with their ablations on held-out prompts.
  func finals(
    of search: Search, with preparation: Preparation, _ schedule: StudySchedule
  ) throws(StudyError) -> Finals {
    var finals = Finals(
      finalists: finalists(of: search).map {
        Ranking.Finalist(trial: $0.index, calibration: $0.evaluation, heldOut: nil)
      })
    let benches = preparation.benches
    let end = schedule.finalsEnd()
    try settle(&finals, benches.trials, until: schedule.settlingEnd(end))
    let ablations = try ablations(of: finals, search, benches.trials, until: end)
    // Measured on both sides of the held-out prompts, a machine that changes its speed changes it
    // for both kinds of prompts.
    try remeasure(&finals, benches.runoff, repetition: 0, within: end)
    try validate(&finals, ablations, benches.heldOut, within: end)
    if !end.isPassed { try remeasure(&finals, benches.runoff, repetition: 1, within: end) }
    checkAgreement(&finals)
    return finals
  }

  /// The trials to measure again: the best by posterior mean, and, where skip sets are all that
  /// varies, uniform skipping.
  private func finalists(of search: Search) -> [Trial] {
    let ranked = search.trials.filter { !$0.evaluation.stoppedEarly && !$0.isLookupAlone }
      .map { trial in
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

  /// Lets each finalist find the stop rule that suits it, the best first, as far as time allows.
  private func settle(
    _ finals: inout Finals, _ bench: any Bench, until deadline: Deadline
  ) throws(StudyError) {
    let count = finals.finalists.count
    for index in finals.finalists.indices {
      guard !interruption.isRaised, index == 0 || !deadline.isPassed else { return }
      let stop = index == 0 ? interruption : interruption.or { deadline.isPassed }
      let settlement = try measured { () throws(EvaluationError) in
        try bench.settle(
          finals.finalists[index].calibration, until: stop, trying: deadline.signal,
          progress: { progress(.settling(done: index * $1 + $0, of: count * $1)) })
      }
      guard let settlement else { return }
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

  /// What is left of the best finalist without some of its ingredients, each with a stop rule that
  /// suits it.
  private func ablations(
    of finals: Finals, _ search: Search, _ bench: any Bench, until deadline: Deadline
  ) throws(StudyError) -> [(name: Ablation.Name, draft: Draft)] {
    let best = finals.finalists.enumerated().max {
      logSpeedup($0.element) < logSpeedup($1.element)
    }
    // A search over skip sets alone has one ingredient.
    guard let best, settings.policy != .classical else { return [] }
    let lookup = search.trials.first(where: \.isLookupAlone)?.evaluation.draft.stop.lookup
    var ablations: [(name: Ablation.Name, draft: Draft)] = []
    for name in Ablation.Name.allCases {
      let whole = best.element.calibration.draft
      guard
        var draft = name.draft(
          of: whole, lookup: lookup, withoutLookup: finals.withoutLookup[best.offset]),
        !ablations.contains(where: { $0.draft.model == draft.model && draft.stop.maximum > 0
          && ($0.draft.stop.lookup == nil) == (draft.stop.lookup == nil) })
      else { continue }
      if draft.model != whole.model, draft.stop.maximum > 0 {
        let stop = interruption.or { deadline.isPassed }
        let outcome = try measured { () throws(EvaluationError) in
          try bench.evaluate(draft.model, against: nil, until: stop)
        }
        // No time for it: the best draft's rule is near enough.
        if let outcome {
          let lookup = draft.stop.lookup
          draft.stop = outcome.evaluation.draft.stop
          draft.stop.lookup = lookup
        }
      }
      ablations.append((name, draft))
    }
    return ablations
  }

  private func logSpeedup(_ finalist: Ranking.Finalist) -> Double {
    (finalist.replay ?? finalist.calibration).speedup?.logarithm ?? -.infinity
  }

  /// Measures the finalists again on the calibration prompts, all in turn with plain decoding. The
  /// figures that made them finalists are the luckiest of many; these are not, and they decide the
  /// ranks.
  private func remeasure(
    _ finals: inout Finals, _ runoff: (any Validator)?, repetition: Int,
    within deadline: Deadline
  ) throws(StudyError) {
    guard let runoff, !finals.finalists.isEmpty, !interruption.isRaised else { return }
    let start = clock()
    defer { finals.seconds.evaluation += clock() - start }
    let drafts = finals.finalists.map(\.calibration.draft)
    let evaluations = try measured { () throws(EvaluationError) in
      try runoff.validate(
        drafts, repetitions: 1, until: interruption, within: deadline.signal,
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

  /// Measures finalists and ablations on held-out prompts, all in turn with plain decoding.
  private func validate(
    _ finals: inout Finals, _ ablations: [(name: Ablation.Name, draft: Draft)],
    _ validator: any Validator, within deadline: Deadline
  ) throws(StudyError) {
    guard !finals.finalists.isEmpty || !ablations.isEmpty else { return }
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
    let drafts = finals.finalists.map(\.calibration.draft) + ablations.map(\.draft)
    let repetitions = settings.validationRepetitions
    let evaluations = try measured { () throws(EvaluationError) in
      try validator.validate(
        drafts, repetitions: repetitions, until: interruption, within: deadline.signal,
        progress: { progress(.validating(done: $0, of: $1, drafts: drafts.count)) })
    }
    guard let evaluations else {
      return warn(
        "interrupted while the best drafts were measured on held-out prompts: their speedups are "
          + "those of the search, and \(flattered)", in: &finals.warnings)
    }
    for index in finals.finalists.indices {
      finals.finalists[index].heldOut = evaluations[index]
    }
    finals.ablations = zip(ablations, evaluations.dropFirst(finals.finalists.count)).map {
      Ablation(name: $0.name, heldOut: $1)
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
            + "says: this machine's speed changed since its passes were timed, or is very uneven; the "
            + "speedups shown are measured ones", in: &finals.warnings)
      }
    }
  }
}
