import DraftEvaluation
import Files
import Foundation
import Inference
import TestSupport

@testable import SkipSearch

/// An evaluator without a model: the log speedup of a set falls by a fixed amount for every bit in
/// which it differs from a hidden best set, with noise and per-prompt effects that a seed decides.
final class SyntheticEvaluator: Evaluator, Validator {
  let layerCount: Int
  let hidden: SkipSet
  let bestSpeedup: Double
  var lossPerBit = 0.06
  var noise = 0.005
  var promptCount = 8
  /// What draft settings multiply the speedup by.
  var draftFactor: (StopRule) -> Double = { _ in 1 }
  /// Called before each evaluation with the number of those so far.
  var onEvaluate: (Int) -> Void = { _ in }
  /// Called before each measurement of the best few.
  var onValidate: () -> Void = {}
  private(set) var evaluated: [SkipSet] = []

  init(layerCount: Int, hidden: SkipSet, bestSpeedup: Double) {
    self.layerCount = layerCount
    self.hidden = hidden
    self.bestSpeedup = bestSpeedup
  }

  func trueSpeedup(_ skip: SkipSet) -> Double {
    let distance = skip.bits(layerCount: layerCount)
      .hammingDistance(to: hidden.bits(layerCount: layerCount))
    return bestSpeedup * exp(-lossPerBit * Double(distance))
  }

  func baseline(
    repetitions: Int, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Baseline {
    if isStopped() { throw .interrupted }
    return Baseline(
      samples: (0..<repetitions).map { 500 + Double($0) }, promptCount: promptCount,
      tokenCount: promptCount * 40, seconds: 0.25)
  }

  func evaluate(
    _ candidate: Draft, incumbent: Evaluation?, isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Evaluation {
    onEvaluate(evaluated.count)
    evaluated.append(candidate.model.skip)
    var samples: [DecodingSample] = []
    for prompt in 0..<promptCount {
      if isStopped() { throw .interrupted }
      samples.append(sample(candidate, prompt, repetition: 0))
      if prompt < promptCount - 1, let incumbent,
        Racing.isHopeless(samples, incumbent: incumbent.samples)
      {
        return Evaluation(
          draft: candidate, samples: samples, stoppedEarly: true, seconds: 0.125)
      }
    }
    return Evaluation(draft: candidate, samples: samples, seconds: 0.5)
  }

  func validate(
    _ candidates: [Draft], repetitions: Int, isStopped: @escaping () -> Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws(EvaluationError) -> [Evaluation] {
    onValidate()
    var evaluations: [Evaluation] = []
    for (index, candidate) in candidates.enumerated() {
      if isStopped() { throw .interrupted }
      progress(index, candidates.count)
      let samples = (0..<repetitions).flatMap { repetition in
        (100..<110).map { sample(candidate, $0, repetition: repetition) }
      }
      evaluations.append(Evaluation(draft: candidate, samples: samples, seconds: 1))
    }
    return evaluations
  }

  /// A function of its arguments alone: measurements repeat exactly.
  private func sample(_ candidate: Draft, _ prompt: Int, repetition: Int) -> DecodingSample {
    var hash: UInt64 = UInt64(prompt) << 32 | UInt64(repetition)
    for bit in candidate.model.skip.bits(layerCount: layerCount).ones {
      hash = hash &* 31 &+ UInt64(bit) &+ 1
    }
    var random = SplitMix64(seed: hash)
    let wobble = Double.random(in: -1...1, using: &random) * noise
    let ease = 1 + 0.02 * Double(prompt % 5)
    let plain = 0.1 * ease
    let skipped = Double(candidate.model.skip.count) / Double(2 * layerCount)
    let accepted = max(0, 40 - candidate.model.skip.count)
    return DecodingSample(
      prompt: prompt, repetition: repetition, tokenCount: 41, plainSeconds: plain,
      speculativeSeconds: plain
        / (trueSpeedup(candidate.model.skip) * draftFactor(candidate.stop) * ease * exp(wobble)),
      draftingSeconds: plain * (1 - 0.9 * skipped), draftTokenCount: 40,
      acceptedDraftTokenCount: accepted, targetModelCallCount: 41 - accepted)
  }
}

extension StudySubject {
  static func test(layerCount: Int, sharesPrompts: Bool = false) -> StudySubject {
    StudySubject(
      model: ModelDescription(
        path: "models/tiny model", architecture: "LlamaForCausalLM", layerCount: layerCount,
        parameterCount: 27_100_000, elementType: "BF16", fingerprint: "0123456789abcdef"),
      machine: MachineDescription(
        cpu: "Test CPU", instructionSet: "avx2", threads: 2, readBandwidth: 40.5),
      calibration: CalibrationDescription(
        source: "built-in", promptCount: 8, heldOutCount: 10, sharesPrompts: sharesPrompts,
        fingerprint: "fedcba9876543210"),
      version: "1.0", command: ["skip-search", "--model", "models/tiny model"])
  }
}

/// Runs a study on a synthetic evaluator.
func runStudy(
  _ evaluator: SyntheticEvaluator, settings: StudySettings, journal: Journal? = nil,
  directory: String, subject: StudySubject? = nil, isInterrupted: @escaping () -> Bool = { false },
  progress: @escaping (StudyEvent) -> Void = { _ in }
) throws -> StudyResult {
  let subject = subject ?? .test(layerCount: evaluator.layerCount)
  let journal =
    try journal
    ?? Journal.create(
      in: directory, header: JournalHeader(subject: subject, settings: settings))
  var study = Study(
    subject: subject, settings: settings, evaluator: evaluator, runoff: evaluator,
    validator: evaluator,
    journal: journal, isInterrupted: isInterrupted, progress: progress)
  return try study.run()
}
