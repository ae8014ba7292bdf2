import DraftEvaluation
import Inference

extension Benches {
  /// What makes the benches that settings ask for, where an evaluator in another process has the
  /// model.
  ///
  /// - Parameters:
  ///   - settings: their evaluator and policy are ones that the evaluator has.
  ///   - split: of the evaluator's prompts.
  public static func maker(
    _ settings: StudySettings, evaluator: ExternalEvaluator, split: CalibrationSplit
  ) -> Maker {
    precondition(settings.evaluator == .replay || settings.draftStop?.isAdaptive != true)
    let options = ReplayBench.Options(settings)
    switch settings.evaluator {
    case .decode:
      return { _, stop throws(EvaluationError) in
        let trials = evaluator.decoder(split.calibration)
        return Benches(
          trials: try DecodeBench.prepare(
            trials, plainInterval: plainInterval, rules: settings.decodedRules.withoutMemory,
            repetitions: settings.baselineRepetitions,
            choices: { _ in
              evaluator.choices(settings.policy, draftMaximum: settings.draftMaximum)
            }, until: stop),
          runoff: trials, heldOut: evaluator.decoder(split.heldOut))
      }
    case .auto:
      return { costs, stop throws(EvaluationError) in
        Benches(
          trials: try evaluator.replayBench(
            split.calibration, options: options, costs: costs, until: stop),
          runoff: evaluator.decoder(split.calibration, validationCount: checkedPrompts),
          heldOut: evaluator.decoder(split.heldOut))
      }
    case .replay:
      return { costs, stop throws(EvaluationError) in
        let trials = try evaluator.replayBench(
          split.calibration, options: options, costs: costs, until: stop)
        return Benches(
          trials: trials, runoff: nil,
          heldOut: evaluator.replayValidator(
            split.heldOut, options: options, costs: trials.costModel))
      }
    }
  }
}

extension ReplayBench.Options {
  /// What settings say of replays.
  init(_ settings: StudySettings) {
    self.init(
      maximumTokens: settings.maximumTokens, draftMaximum: settings.draftMaximum,
      stop: settings.draftStop, policy: settings.policy, seed: settings.seed,
      trialPositions: settings.trialPositions)
  }
}
