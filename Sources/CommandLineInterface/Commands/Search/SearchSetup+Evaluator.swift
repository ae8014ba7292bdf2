import DraftEvaluation
import Files
import SkipSearch

extension SearchSetup {
  /// A search with the model of an evaluator in another process.
  init(_ other: EvaluatorOptions, _ options: SearchOptions, _ progress: ProgressReporter) throws {
    let set = try options.prompts.read()
    let stop = Interruption.stopSignal
    progress.say("starting the evaluator …")
    do throws(EvaluationError) {
      let evaluator = try ExternalEvaluator(
        other.command, prompts: set, maximumTokens: options.settings.maximumTokens,
        options: ExternalEvaluator.Options(
          timeout: other.timeout, log: { progress.say("evaluator: \($0)") }), until: stop)
      let model = evaluator.description
      var settings: StudySettings
      do throws(InputError) {
        settings = try options.settings(layerCount: model.layerCount, of: model.modelName)
      } catch {
        throw .evaluator(error.description)
      }
      settings.evaluator = try model.kind(for: settings.evaluator)
      settings.policy = try model.policy(for: settings.policy, settings.evaluator)
      if settings.evaluator != .replay, settings.draftStop?.isAdaptive ?? false {
        throw .evaluator(
          "an evaluator in another process does not decode with --draft-stop adaptive; give "
            + "another rule, or --evaluator replay")
      }
      if settings.timeLimit != nil, !options.hasPromptCount {
        settings.promptsPerTrial = options.promptCount(
          tokenSeconds: try evaluator.tokenSeconds(until: stop))
      }
      let split = CalibrationSplit(model.prompts, calibrationCount: settings.promptsPerTrial)
      self.init(
        settings: settings,
        subject: StudySubject(
          model: ModelDescription(model), machine: MachineDescription(model),
          calibration: CalibrationDescription(split, source: set.source),
          version: ProgramDescription.version, command: CommandLine.arguments),
        benches: Benches.maker(settings, evaluator: evaluator, split: split),
        finish: { evaluator.end() })
    } catch {
      throw options.prompts.userError(error)
    }
  }
}
