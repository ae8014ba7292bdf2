import DraftEvaluation
import Inference

/// What a study measures with.
public struct Benches {
  /// Measures trials on the calibration prompts.
  public let trials: any Bench
  /// Measures the best few again on the calibration prompts, to rank them or to check their replay;
  /// nil: what the search measured stands.
  public let runoff: (any Validator)?
  /// Measures them on held-out prompts.
  public let heldOut: any Validator

  /// Makes benches: measures the baseline.
  ///
  /// - Parameter costs: what passes cost, as a resumed journal has it; nil: measured where needed.
  public typealias Maker = (
    _ costs: CostModel?, _ stop: StopSignal
  ) throws(EvaluationError) -> Benches

  /// Benches that measure with what is given.
  public init(trials: any Bench, runoff: (any Validator)?, heldOut: any Validator) {
    self.trials = trials
    self.runoff = runoff
    self.heldOut = heldOut
  }

  /// Prompts of the search that the best few decode to check their replay: a sample is enough for
  /// that.
  package static let checkedPrompts = 4
  /// Next to every how many prompts a decoded trial decodes plainly.
  static let plainInterval = 3

  /// What makes the benches that settings ask for; they share a generator.
  public static func maker(
    _ settings: StudySettings, generator: Generator, split: CalibrationSplit
  ) -> Maker {
    func decoder(_ prompts: [EncodedPrompt], validationCount: Int? = nil) -> DraftDecoder {
      DraftDecoder(
        generator: generator, prompts: prompts, maximumTokens: settings.maximumTokens,
        validationCount: validationCount)
    }
    let options = ReplayBench.Options(settings)
    func replay(
      _ costs: CostModel?, _ stop: StopSignal
    ) throws(EvaluationError) -> ReplayBench {
      try ReplayBench.prepare(
        generator: generator, prompts: split.calibration, options: options, costs: costs,
        until: stop)
    }
    switch settings.evaluator {
    case .decode:
      return { _, stop throws(EvaluationError) in
        let trials = decoder(split.calibration)
        return Benches(
          trials: try DecodeBench.prepare(
            trials, plainInterval: plainInterval, rules: settings.decodedRules,
            repetitions: settings.baselineRepetitions,
            choices: { outputs in
              settings.policy.choices(
                VocabularyRanking(
                  outputs: outputs, endOfText: generator.endOfText,
                  vocabularySize: generator.model.configuration.vocabularySize),
                draftMaximum: settings.draftMaximum, shape: DraftShape(generator.model))
            }, until: stop),
          runoff: trials, heldOut: decoder(split.heldOut))
      }
    case .auto:
      return { costs, stop throws(EvaluationError) in
        Benches(
          trials: try replay(costs, stop),
          runoff: decoder(split.calibration, validationCount: checkedPrompts),
          heldOut: decoder(split.heldOut))
      }
    case .replay:
      return { costs, stop throws(EvaluationError) in
        let trials = try replay(costs, stop)
        return Benches(
          trials: trials, runoff: nil,
          heldOut: ReplayValidator(
            generator: generator, prompts: split.heldOut, options: options,
            costs: trials.costModel))
      }
    }
  }
}
