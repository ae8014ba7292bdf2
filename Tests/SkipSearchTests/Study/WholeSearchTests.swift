import Checkpoints
import DraftEvaluation
import EvaluationTestSupport
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing
import Tokenizers

@testable import SkipSearch

@Suite("A search from prompts to the result file")
struct WholeSearchTests {
  private var settings: StudySettings {
    var settings = StudySettings()
    settings.trials = 8
    settings.evaluator = .decode
    settings.promptsPerTrial = 4
    settings.maximumTokens = 12
    settings.finalists = 3
    settings.baselineRepetitions = 2
    settings.validationRepetitions = 1
    settings.draftStop = .confidence(0.5)
    return settings
  }

  /// What the command line puts together.
  private struct Session {
    let subject: StudySubject
    let journal: Journal
    let study: Study

    init(
      _ model: LanguageModel, path: String, encoder: some PromptEncoder, settings: StudySettings,
      prompts: PromptSet = BuiltInPrompts.set, output: String, resume: String? = nil
    ) throws {
      let generator = Generator(model: model)
      let split = CalibrationSplit(
        try prompts.encoded(by: encoder, contextLength: generator.capacity),
        calibrationCount: settings.promptsPerTrial)
      subject = StudySubject(
        model: ModelDescription(model.checkpoint, path: path),
        machine: MachineDescription(
          cpu: Processors.name,
          instructionSet: model.instructionSet.rawValue, threads: model.team.count,
          readBandwidth: 12.5),
        calibration: CalibrationDescription(split, source: prompts.source), version: "test",
        command: ["skip-search"])
      let header = JournalHeader(subject: subject, settings: settings)
      if let resume {
        journal = try Journal.resume(resume, header: header)
      } else {
        journal = try Journal.create(in: output, header: header)
      }
      study = Study(
        subject: subject, settings: settings, journal: journal,
        benches: Benches.maker(settings, generator: generator, split: split),
        interruption: .never, progress: { _ in },
        // What a busy machine has no time for is measured all the same.
        clock: { 0 })
    }
  }

  /// Runs a session to its end; the journal is closed then.
  private func run(
    _ session: consuming Session
  ) throws -> (result: StudyResult, path: String, journal: String) {
    let result = try outcome(of: session.study)
    return (result, session.journal.resultPath, session.journal.path)
  }

  /// A random model whose vocabulary holds all bytes.
  private func tinyModel(in directory: String, seed: UInt64) throws -> LanguageModel {
    var tiny = TinyModel()
    tiny.layerCount = 4
    tiny.vocabularySize = 260
    tiny.maxPositionEmbeddings = 1024
    tiny.seed = seed
    let path = "\(directory)/model-\(seed)"
    try createDirectory(path)
    try tiny.write(to: path)
    return LanguageModel(try Checkpoint(directory: path), threads: 1)
  }

  @Test("a random model: searched, resumed, its result used; another model is refused")
  func tiny() throws {
    try withTemporaryDirectory { directory in
      let model = try tinyModel(in: directory, seed: 3)
      let output = "\(directory)/results"
      let (result, path, journal) = try run(
        Session(
          model, path: "\(directory)/model-3", encoder: ByteEncoder(), settings: settings,
          output: output))
      #expect(result.trials.count == 8)
      #expect(result.subject.calibration.promptCount == 4)
      #expect(result.subject.calibration.heldOutCount == 32)
      for set in result.sets {
        #expect(set.heldOut.map { (4...32).contains($0.promptCount) } ?? true)
      }
      try result.write(to: path)
      #expect(try StudyResult(file: path) == result)
      if result.best != nil {
        let fingerprint = model.checkpoint.fingerprint
        let set = try SkipSetFile.read(path, layerCount: 4, fingerprint: fingerprint)
        #expect(set.stop == settings.decodedRules.trialRule)
      }

      var more = settings
      more.trials = 11
      let again = try run(
        Session(
          model, path: "\(directory)/model-3", encoder: ByteEncoder(), settings: more,
          output: output, resume: journal)
      ).result
      #expect(Array(again.trials.prefix(8)) == result.trials)
      #expect(again.trials.count == 11)
      #expect(Set(again.trials.map(\.evaluation.draft)).count == 11)

      let other = try tinyModel(in: directory, seed: 4)
      #expect {
        try Session(
          other, path: "m", encoder: ByteEncoder(), settings: more, output: output,
          resume: journal)
      } throws: { "\($0)".contains("another model") }
    }
  }

  @Test(
    "by replay: counts are decoding's, costs are kept for a resumed search", .serialized,
    arguments: [EvaluatorKind.auto, .replay])
  func replayed(kind: EvaluatorKind) throws {
    try withTemporaryDirectory { directory in
      let model = try tinyModel(in: directory, seed: 3)
      var settings = settings
      settings.evaluator = kind
      settings.draftStop = nil
      settings.promptsPerTrial = 20
      settings.force = true
      let (result, path, journal) = try run(
        Session(
          model, path: "\(directory)/model-3", encoder: ByteEncoder(), settings: settings,
          output: directory))
      #expect(result.trials.count == 8)
      #expect(!result.warnings.contains { $0.contains("internal error") })
      for set in result.sets where set.heldOut != nil {
        let replay = try #require(set.replay)
        #expect(replay.promptCount == 20)
        guard kind == .auto else { continue }
        // Decoded on some prompts of the search: the very counts of the replay.
        #expect(set.calibration.promptCount == Benches.checkedPrompts)
        #expect(Agreement(replayed: replay, decoded: set.calibration).differing.isEmpty)
      }
      try result.write(to: path)
      #expect(try StudyResult(file: path) == result)

      settings.trials = 10
      let again = try run(
        Session(
          model, path: "\(directory)/model-3", encoder: ByteEncoder(), settings: settings,
          output: directory, resume: journal)
      ).result
      #expect(again.costs == result.costs && again.costs != nil)
      #expect(again.bound == result.bound)
      #expect(Array(again.trials.prefix(8)) == result.trials)
    }
  }

  @Test("the reference model with the built-in prompts: lossless, and no answer ends in a loop")
  func reference() throws {
    try withTemporaryDirectory { directory in
      // One thread: other tests run at the same time, and two threads wait for each other.
      let model = LanguageModel(try Checkpoint(directory: referenceModel), threads: 1)
      var settings = settings
      settings.policy = .classical
      settings.trials = 4
      settings.maximumTokens = 16
      settings.baselineRepetitions = 1
      settings.finalists = 1
      let session = try Session(
        model, path: referenceModel, encoder: Tokenizer(directory: referenceModel),
        settings: settings, output: directory)
      let result = try outcome(of: session.study)
      #expect(result.baseline.tokenCount == 4 * 16)
      #expect(result.baseline.loopingPromptCount == 0)
      // The model's README: 0.88 over 432 tokens for every second layer.
      let uniform = try #require(result.uniform?.heldOut)
      let acceptance = try #require(uniform.acceptanceRate)
      #expect(acceptance > 0.7 && acceptance < 1)
      #expect((4...32).contains(uniform.promptCount))
      try result.write(to: session.journal.resultPath)
      #expect(try StudyResult(file: session.journal.resultPath) == result)
    }
  }
}
