import BayesianOptimization
import DraftEvaluation
import Files
import Foundation
import Inference

/// What happens to the best few sets after the search.
extension Study {
  /// The sets to measure again: the best by posterior mean, and uniform skipping.
  var finalists: [Trial] {
    let layerCount = subject.model.layerCount
    let complete = trials.filter { !$0.evaluation.stoppedEarly }
    let ranked = complete.map { trial in
      let point = trial.evaluation.draft.model.skip.bits(layerCount: layerCount)
      return (trial, proposer.prediction(at: point)?.logSpeedup ?? trial.objective.logSpeedup)
    }.sorted { ($1.1, $0.0.index) < ($0.1, $1.0.index) }.map(\.0)
    let uniform = KnownSkipSets.uniform(layerCount: layerCount).without(settings.frozen)
    let best = ranked.prefix(settings.finalists)
    // The baseline is measured also where its trial ended early; very shallow models have none.
    guard !uniform.isEmpty else { return Array(best) }
    return best
      + trials.filter { trial in
        trial.evaluation.draft.model.skip == uniform && !best.contains { $0.index == trial.index }
      }
  }

  /// Replays each finalist completely, or lets it try other draft settings on the calibration prompts and
  /// keep the best, unless the user has chosen the settings.
  mutating func tuneDrafts(
    _ finalists: inout [Ranking.Finalist], until deadline: Double?
  ) throws(StudyError) {
    if let complete = completeEvaluator { return try replay(&finalists, with: complete) }
    guard settings.draftStop == nil else { return }
    let alternatives = StopRuleGrid.alternatives(maximum: settings.draftMaximum)
    let isInterrupted = isInterrupted
    let clock = clock
    let isStopped = { isInterrupted() || deadline.map { clock() >= $0 } ?? false }
    for index in finalists.indices {
      for (number, draft) in alternatives.enumerated() {
        guard !isStopped() else { return }
        progress(
          .tuning(
            done: index * alternatives.count + number,
            of: finalists.count * alternatives.count))
        let best = finalists[index].calibration
        let candidate = Draft(skip: best.draft.model.skip, stop: draft)
        guard let evaluation = try evaluate(candidate, best, isStopped) else { return }
        draftTrials.append(evaluation)
        seconds.evaluation += evaluation.seconds
        if !evaluation.stoppedEarly, let speedup = evaluation.speedup?.logarithm,
          speedup > best.speedup?.logarithm ?? -.infinity
        {
          finalists[index].calibration = evaluation
        }
      }
    }
  }

  /// What each finalist would do on all calibration prompts, with the draft settings that suit it best.
  private mutating func replay(
    _ finalists: inout [Ranking.Finalist], with evaluator: any CompleteEvaluator
  ) throws(StudyError) {
    for index in finalists.indices {
      guard !isInterrupted() else { return }
      progress(.tuning(done: index, of: finalists.count))
      do throws(EvaluationError) {
        let evaluation = try evaluator.evaluateCompletely(
          finalists[index].calibration.draft.model.skip, isStopped: isInterrupted)
        seconds.evaluation += evaluation.seconds
        finalists[index].calibration = evaluation
        finalists[index].replay = evaluation
      } catch {
        if error == .interrupted { return }
        throw .evaluation(error)
      }
    }
  }

  /// Warns where replay and decoding of a finalist do not say the same.
  mutating func checkAgreement(_ finalists: [Ranking.Finalist]) {
    for finalist in finalists {
      guard let replay = finalist.replay, finalist.calibration != replay else { continue }
      let agreement = Agreement(replayed: replay, decoded: finalist.calibration)
      if let prompt = agreement.differing.first {
        warn(
          "internal error: the rounds of trial \(finalist.trial) on prompt \(prompt + 1) differ "
            + "between replay and decoding; please report this")
      }
      if let ratio = agreement.ratio, !agreement.isClose {
        warn(
          String(format: "trial \(finalist.trial) decodes at %.2f times the speedup that the ", ratio)
            + "cost model says: this machine's speed changed since its passes were timed, or is very uneven; the "
            + "speedups shown are measured ones")
      }
    }
  }

  /// Measures the finalists again on the calibration prompts, all in turn with plain decoding. The
  /// figures that made them finalists are the luckiest of many; these are not, and they decide the
  /// ranks.
  ///
  /// - Parameter repetition: 0 before the held-out prompts, 1 after them: measured on both sides of
  ///   those, a machine that changes its speed changes it for both kinds of prompts.
  mutating func remeasure(
    _ finalists: inout [Ranking.Finalist], repetition: Int
  ) throws(StudyError) {
    guard let runoff, !finalists.isEmpty, !isInterrupted() else { return }
    let start = clock()
    defer { seconds.evaluation += clock() - start }
    let progress = progress
    let count = finalists.count
    do throws(EvaluationError) {
      let evaluations = try runoff.validate(
        finalists.map(\.calibration.draft), repetitions: 1, isStopped: isInterrupted,
        progress: { progress(.remeasuring(done: $0, of: $1, candidates: count)) })
      for index in finalists.indices {
        if repetition == 0 {
          finalists[index].calibration = evaluations[index]
        } else {
          finalists[index].calibration.append(evaluations[index], repetition: repetition)
        }
      }
    } catch {
      // What was measured before stands then; the validation says that it was interrupted.
      guard error == .interrupted else { throw .evaluation(error) }
    }
  }

  /// Measures the finalists on held-out prompts, unless there is no time for it.
  mutating func validate(
    _ finalists: inout [Ranking.Finalist], _ plan: ValidationPlan, remaining: Double?
  ) throws(StudyError) {
    guard !finalists.isEmpty else { return }
    guard !isInterrupted() else {
      warn(
        "the best sets were not measured on held-out prompts: their speedups are those of the "
          + "search, and the best of many measurements is flattered")
      return
    }
    let repetitions = plan.repetitions(within: remaining)
    if repetitions < settings.validationRepetitions {
      warn(
        "to keep the time limit, the best sets were measured \(repetitions) instead of "
          + "\(settings.validationRepetitions) times on held-out prompts")
    }
    if subject.calibration.sharesPrompts {
      warn(
        "there are too few prompts to keep some back: the best sets were measured again on the "
          + "prompts of the search; give at least 3 with --prompts")
    }
    let start = clock()
    defer { seconds.validation = clock() - start }
    let progress = progress
    let count = finalists.count
    do throws(EvaluationError) {
      let evaluations = try validator.validate(
        finalists.map(\.calibration.draft), repetitions: repetitions,
        isStopped: isInterrupted,
        progress: { progress(.validating(done: $0, of: $1, candidates: count)) })
      for index in finalists.indices { finalists[index].heldOut = evaluations[index] }
    } catch {
      guard error == .interrupted else { throw .evaluation(error) }
      warn(
        "interrupted while the best sets were measured on held-out prompts: their speedups are "
          + "those of the search, and the best of many measurements is flattered")
    }
  }
}
