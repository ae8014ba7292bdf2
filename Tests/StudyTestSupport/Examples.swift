import DraftEvaluation
import Foundation
import Inference
import SkipSearch

extension StudySubject {
  package static func test(
    layerCount: Int, sharesPrompts: Bool = false, heldOutKinds: [String?] = []
  ) -> StudySubject {
    StudySubject(
      model: ModelDescription(
        path: "models/tiny model", architecture: "LlamaForCausalLM", layerCount: layerCount,
        parameterCount: 27_100_000, elementType: "BF16", fingerprint: "0123456789abcdef"),
      machine: MachineDescription(
        cpu: "Test CPU", instructionSet: "avx2", threads: 2, readBandwidth: 40.5),
      calibration: CalibrationDescription(
        source: "built-in", promptCount: 8, heldOutCount: 10, heldOutKinds: heldOutKinds,
        sharesPrompts: sharesPrompts, fingerprint: "fedcba9876543210"),
      version: "1.0", command: ["skip-search", "--model", "models/tiny model"])
  }
}

/// Runs a study on a synthetic bench.
///
/// - Parameter clock: the study's; nil for a real one.
package func runStudy(
  _ bench: SyntheticBench, settings: StudySettings, journal: Journal? = nil, runoff: Bool = true,
  directory: String, subject: StudySubject? = nil, isInterrupted: @escaping () -> Bool = { false },
  progress: @escaping (StudyEvent) -> Void = { _ in }, clock: (() -> Double)? = nil
) throws -> StudyResult {
  let subject = subject ?? .test(layerCount: bench.layerCount)
  let journal =
    try journal
    ?? Journal.create(
      in: directory, header: JournalHeader(subject: subject, settings: settings))
  let stopwatch = Stopwatch()
  let study = Study(
    subject: subject, settings: settings, journal: journal,
    benches: bench.maker(settings, runoff: runoff),
    interruption: StopSignal(isInterrupted), progress: progress,
    clock: clock ?? { stopwatch.seconds })
  return try outcome(of: study)
}

/// The result of a study that this process ends.
package func outcome(of study: Study) throws -> StudyResult {
  guard case .result(let result) = try study.run() else { throw NoResult() }
  return result
}

/// A worker's part in a study ended without a result of its own.
package struct NoResult: Error { package init() {} }

extension StudySettings {
  /// The settings of version 0.1.0: a search over skip sets alone, with all its trials.
  package static var classical: StudySettings {
    var settings = StudySettings()
    settings.policy = .classical
    settings.stopsEarly = false
    return settings
  }
}

extension StudyResult {
  /// A study's outcome written by hand: two trials, one set measured on held-out prompts.
  package static func example(heldOutSpeedup: Double = 1.5) -> StudyResult {
    let skip = SkipSet(attention: [1, 3], mlp: [2])
    func evaluation(_ skip: SkipSet, _ speedup: Double, prompts: Range<Int>) -> Evaluation {
      Evaluation(
        draft: Draft(model: DraftModel(skip: skip), stop: StopRule(maximum: 4, criterion: .fixed)),
        samples: prompts.map { prompt in
          let plain = 0.25 + Double(prompt) / 16
          return DecodingSample(
            prompt: prompt, tokenCount: 33, plainSeconds: plain,
            speculativeSeconds: plain / speedup * (prompt % 2 == 0 ? 1.01 : 0.99),
            draftingSeconds: plain / 4, draftTokenCount: 32, acceptedDraftTokenCount: 24,
            targetModelCallCount: 8)
        }, seconds: 2.5)
    }
    var settings = StudySettings.classical
    settings.trials = 2
    settings.draftMaximum = 4
    settings.draftStop = .fixed
    let uniform = KnownSkipSets.uniform(layerCount: 5)
    let trials = [(uniform, 1.25, "uniform"), (skip, 1.625, "model")].enumerated().map {
      let (set, speedup, origin) = $0.element
      return Trial(
        index: $0.offset, origin: TrialOrigin(name: origin),
        evaluation: evaluation(set, speedup, prompts: 0..<4),
        objective: Objective(logSpeedup: log(speedup), variance: 0.0004),
        predicted: $0.offset == 0
          ? nil
          : Trial.Prediction(
            logSpeedup: 0.25, standardDeviation: 0.125, expectedImprovement: 0.0625),
        optimizerSeconds: 0.5)
    }
    var seconds = StudyResult.Seconds()
    (seconds.total, seconds.baseline, seconds.evaluation) = (3725, 2, 3600)
    (seconds.optimizer, seconds.validation) = (3, 120)
    return StudyResult(
      createdAt: "2026-01-31T12:00:05Z", subject: .test(layerCount: 5), settings: settings,
      baseline: Baseline(
        samples: [510.5, 498, 505.25], promptCount: 8, tokenCount: 320, seconds: 2),
      sets: Ranking.entries(
        trials,
        finalists: [
          Ranking.Finalist(
            trial: 0, calibration: trials[0].evaluation,
            heldOut: evaluation(uniform, 1.1875, prompts: 10..<16)),
          Ranking.Finalist(
            trial: 1, calibration: trials[1].evaluation,
            heldOut: evaluation(skip, heldOutSpeedup, prompts: 10..<16)),
        ]),
      trials: trials, seconds: seconds, warnings: ["something to know"], isInterrupted: false)
  }
}
