import Checkpoints
import Files
import Inference
import TestSupport
import Testing

@testable import SkipSearch

@Suite("A search on the reference model")
struct ReferenceSearchTests {
  @Test("decodes losslessly, measures uniform skipping, writes a result that is read back")
  func shortSearch() throws {
    let golden = try JSONField.read(fixture("golden/reference.json"))
    var prompts: [EncodedPrompt] = []
    for field in try golden.required("prompts").elements() {
      var ids: [Int] = []
      for id in try field.required("ids").elements() { ids.append(try id.integer()) }
      prompts.append(EncodedPrompt(ids: ids, place: field.path))
    }
    var settings = StudySettings()
    settings.trials = 8
    settings.promptsPerTrial = 4
    settings.maximumTokens = 16
    settings.finalists = 3
    settings.baselineRepetitions = 1
    settings.validationRepetitions = 1
    let model = LanguageModel(try Checkpoint(directory: referenceModel), threads: 2)
    let generator = Generator(model: model)
    let split = CalibrationSplit(prompts, calibrationCount: settings.promptsPerTrial)
    let subject = StudySubject(
      model: ModelDescription(model.checkpoint, path: referenceModel),
      machine: MachineDescription(
        cpu: MachineDescription.processorName(),
        instructionSet: model.instructionSet.rawValue, threads: 2, readBandwidth: nil),
      calibration: CalibrationDescription(split, source: "golden"), version: "test",
      command: ["skip-search"])
    try withTemporaryDirectory { directory in
      let journal = try Journal.create(
        in: directory, header: JournalHeader(subject: subject, settings: settings))
      var study = Study(
        subject: subject, settings: settings,
        evaluator: DecodeEvaluator(
          generator: generator, prompts: split.calibration, maximumTokens: 16),
        validator: DecodeEvaluator(
          generator: generator, prompts: split.heldOut, maximumTokens: 16),
        journal: journal)
      let result = try study.run()
      #expect(result.trials.count == 8)
      #expect(result.baseline.tokenCount > 4 * 8)
      // The model's README: 0.88 for uniform skipping over 432 tokens; here about 100.
      let uniform = try #require(result.uniform)
      let acceptance = try #require(uniform.calibration.acceptanceRate)
      #expect(acceptance > 0.6 && acceptance <= 1)
      #expect((uniform.heldOut?.promptCount ?? 0) == split.heldOut.count)
      try result.write(to: journal.resultPath)
      #expect(try StudyResult(file: journal.resultPath) == result)
      let skip = uniform.calibration.candidate.skip
      #expect(model.weightBytes(skipping: skip) < model.weightBytes())
    }
  }
}
