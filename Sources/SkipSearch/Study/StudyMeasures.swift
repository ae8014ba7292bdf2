import DraftEvaluation
import Inference

/// What a study measures with, as its settings ask for.
public struct StudyMeasures {
  /// Measures trials.
  public let evaluator: any Evaluator
  /// Measures the best few again on prompts of the search; nil where a replay stands for that.
  public let runoff: (any Validator)?
  /// Measures them on held-out prompts.
  public let validator: any Validator

  /// Prompts of the search that the best few decode to check their replay: a sample is enough for that.
  static let checkedPrompts = 12

  /// Sets up evaluators that share a generator.
  ///
  /// - Parameter journal: where a resumed study's costs are.
  public init(
    _ settings: StudySettings, generator: Generator, split: CalibrationSplit, journal: Journal
  ) {
    func decode(
      _ prompts: [EncodedPrompt], plainInterval: Int = 1, validationCount: Int? = nil
    ) -> DecodeEvaluator {
      DecodeEvaluator(
        generator: generator, prompts: prompts, maximumTokens: settings.maximumTokens,
        plainInterval: plainInterval, validationCount: validationCount)
    }
    func replay(
      _ prompts: [EncodedPrompt], costs: @escaping () -> CostModel?
    ) -> ReplayEvaluator {
      ReplayEvaluator(
        generator: generator, prompts: prompts, maximumTokens: settings.maximumTokens,
        draftMaximum: settings.draftMaximum, stop: settings.draftStop, seed: settings.seed,
        trialStarts: settings.trialStarts, costs: costs)
    }
    switch settings.evaluator {
    case .decode:
      let trials = decode(split.calibration, plainInterval: 3)
      (evaluator, runoff, validator) = (trials, trials, decode(split.heldOut))
    case .auto:
      evaluator = replay(split.calibration) { journal.costs }
      runoff = decode(split.calibration, validationCount: Self.checkedPrompts)
      validator = decode(split.heldOut)
    case .replay:
      let trials = replay(split.calibration) { journal.costs }
      (evaluator, runoff) = (trials, nil)
      validator = replay(split.heldOut) { trials.costs }
    }
  }
}
