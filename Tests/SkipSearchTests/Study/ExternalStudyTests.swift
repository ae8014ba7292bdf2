import DraftEvaluation
import EvaluationTestSupport
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("A study of a model in another process")
struct ExternalStudyTests {
  private static let count = 18

  private func settings(_ kind: EvaluatorKind) -> StudySettings {
    var settings = StudySettings()
    settings.evaluator = kind
    settings.policy = DraftPolicy(weights: .model, vocabulary: .full, lookup: .auto)
    settings.trials = 14
    settings.stopsEarly = false
    settings.maximumTokens = 24
    settings.draftMaximum = 5
    settings.trialPositions = 128
    settings.force = true
    return settings
  }

  private func evaluator(_ options: String = "") throws -> ExternalEvaluator {
    var speech = ExternalEvaluator.Options(timeout: 60)
    speech.pause = 0.01
    return try ExternalEvaluator(
      Probe.command(options), prompts: Probe.prompts(Self.count), maximumTokens: 24,
      options: speech, until: .never)
  }

  private func run(
    _ settings: StudySettings, _ subject: StudySubject, in directory: String,
    _ benches: @escaping Benches.Maker
  ) throws -> StudyResult {
    let journal = try Journal.create(
      in: directory, header: JournalHeader(subject: subject, settings: settings))
    if settings.evaluator != .decode { try journal.append(ProbeModel.costs) }
    // The costs as the journal has them, for both alike.
    let resumed = try JournalContent(journal.path).costs
    return try outcome(
      of: Study(
        subject: subject, settings: settings, journal: journal,
        benches: { costs, stop throws(EvaluationError) in try benches(costs ?? resumed, stop) }))
  }

  @Test("it proposes and measures what a study of the same model in this process does")
  func replay() throws {
    try withTemporaryDirectory { directory in
      let settings = settings(.replay)
      let evaluator = try evaluator()
      let split = CalibrationSplit(evaluator.description.prompts, calibrationCount: 48)
      let subject = StudySubject(
        model: ModelDescription(evaluator.description),
        machine: MachineDescription(evaluator.description),
        calibration: CalibrationDescription(split, source: "test"), version: "1", command: [])
      #expect(subject.model.name == "model" && subject.machine.cpu == "Probe")
      let other = try run(
        settings, subject, in: directory,
        Benches.maker(settings, evaluator: evaluator, split: split))
      let own = try run(
        settings, subject, in: directory,
        Benches.maker(settings, generator: try ProbeModel.generator(), split: split))
      #expect(own.trials.count == 14 && own.trials.count == other.trials.count)
      for (one, two) in zip(own.trials, other.trials) {
        #expect(one.model == two.model && one.origin == two.origin)
        #expect(one.objective == two.objective && one.evaluation.samples == two.evaluation.samples)
        #expect(one.predicted == two.predicted)
      }
      #expect(own.screen == other.screen && own.screen != nil)
      #expect(own.sets.map(\.trial) == other.sets.map(\.trial))
      #expect(own.sets.map(\.heldOut?.samples) == other.sets.map(\.heldOut?.samples))
    }
  }

  @Test("one that can decode alone is searched by decoding, and rules with a memory are not tried")
  func decode() throws {
    try withTemporaryDirectory { directory in
      var settings = settings(.decode)
      settings.trials = 4
      settings.baselineRepetitions = 1
      settings.validationRepetitions = 1
      let evaluator = try evaluator("--capabilities decode,lookup")
      #expect(try evaluator.description.kind(for: .auto) == .decode)
      let split = CalibrationSplit(evaluator.description.prompts, calibrationCount: 48)
      let result = try run(
        settings, .test(layerCount: ProbeModel.layerCount), in: directory,
        Benches.maker(settings, evaluator: evaluator, split: split))
      #expect(result.trials.count == 4 && result.costs == nil)
      #expect(result.sets.contains { $0.heldOut != nil })
      #expect(result.draftTrials.allSatisfy { !$0.draft.stop.criterion.isAdaptive })
    }
  }

  @Test("what is replayed is decoded too, and counts agree")
  func auto() throws {
    try withTemporaryDirectory { directory in
      var settings = settings(.auto)
      settings.trials = 6
      settings.validationRepetitions = 1
      let evaluator = try evaluator("--fail crash --at decode --once '\(directory)/crashed'")
      let split = CalibrationSplit(evaluator.description.prompts, calibrationCount: 48)
      let result = try run(
        settings, .test(layerCount: ProbeModel.layerCount), in: directory,
        Benches.maker(settings, evaluator: evaluator, split: split))
      #expect(result.sets.contains { $0.replay != nil && $0.heldOut != nil })
      #expect(!result.warnings.contains { $0.contains("internal error") }, "\(result.warnings)")
      // It crashed once on the way, and nobody noticed.
      #expect(fileExists("\(directory)/crashed"))
    }
  }
}
