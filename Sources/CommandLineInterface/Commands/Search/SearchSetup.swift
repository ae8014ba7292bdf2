import DraftEvaluation
import Files
import Inference
import SkipSearch

/// What a search needs of the model that it is about.
struct SearchSetup {
  let settings: StudySettings
  let subject: StudySubject
  /// Makes what the study measures with.
  let benches: Benches.Maker
  /// Called when the study has ended.
  let finish: () throws -> Void
}

extension SearchSetup {
  /// A search with a model of this program's own.
  ///
  /// - Parameter measures: whether it is to measure anything.
  init(
    _ model: ModelOptions, _ options: SearchOptions, _ progress: ProgressReporter, measures: Bool
  ) throws {
    let text = try TextModel(model)
    let set = try options.prompts.read()
    let encoded = try text.encode(set)
    var settings = try options.settings(
      layerCount: text.model.configuration.layerCount, of: model.directory)
    if measures { progress.say("measuring this machine's read bandwidth …") }
    let bandwidth = measures ? ReadBandwidth.measure(team: text.model.team).max() : nil
    if let bandwidth, bandwidth > 0 {
      settings.promptsPerTrial = options.promptCount(
        tokenSeconds: Double(text.model.weightBytes()) / (bandwidth * 1e9))
    }
    let split = CalibrationSplit(encoded, calibrationCount: settings.promptsPerTrial)
    self.init(
      settings: settings,
      subject: StudySubject(
        model: ModelDescription(text.model.checkpoint, path: model.directory),
        machine: MachineDescription(
          cpu: Processors.name, instructionSet: text.model.instructionSet.rawValue,
          threads: text.model.team.count, readBandwidth: bandwidth),
        calibration: CalibrationDescription(split, source: set.source),
        version: ProgramDescription.version, command: CommandLine.arguments),
      benches: Benches.maker(
        settings,
        generator: text.generator(for: encoded, maximumTokens: settings.maximumTokens),
        split: split),
      finish: { try text.model.checkpoint.checkUnchanged() })
  }
}

extension SearchOptions {
  /// The settings with what needs the model to be known.
  func settings(layerCount: Int, of model: String) throws(InputError) -> StudySettings {
    var settings = settings
    guard settings.frozen.fits(layerCount: layerCount) else {
      throw InputError(
        file: model, field: "num_hidden_layers",
        "--freeze names a layer that this model with layers 0 to \(layerCount - 1) does not have")
    }
    if let enqueue {
      // It is only tried, so one that was found for other weights is welcome too.
      let file = try SkipSetFile.read(
        enqueue, layerCount: layerCount, fingerprint: "", force: true)
      settings.enqueued = [file.model.skip]
    }
    return settings
  }

  /// The settings of a search that goes on, as far as they are known without its model.
  func settings(goingOnWith header: JournalHeader) throws(InputError) -> StudySettings {
    let model = header.subject.model
    var settings = try settings(layerCount: model.layerCount, of: model.path)
    guard evaluatorCommand != nil else { return settings }
    // What an evaluator can do decides.
    settings.evaluator = header.settings.evaluator
    settings.policy = header.settings.policy
    return settings
  }

  /// How the search goes on with a journal.
  var use: Journal.Use { study.map(Journal.Use.sharing) ?? .resuming }

  /// The prompts of the search: the user's number or the usual one, fewer where a time limit would
  /// go to decoding them plainly.
  ///
  /// - Parameter tokenSeconds: of a token of plain decoding, about.
  func promptCount(tokenSeconds: Double) -> Int {
    guard let limit = settings.timeLimit, !hasPromptCount else { return settings.promptsPerTrial }
    return StudySettings.promptCount(
      within: limit, tokenSeconds: tokenSeconds, atMost: settings.promptsPerTrial)
  }
}
