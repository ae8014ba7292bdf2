import DraftEvaluation
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("The study")
struct StudyTests {
  private func settings(_ trials: Int, seed: UInt64 = 1) -> StudySettings {
    var settings = StudySettings.classical
    settings.trials = trials
    settings.seed = seed
    settings.draftStop = .fixed
    settings.finalists = 4
    settings.validationRepetitions = 3
    return settings
  }

  /// Six layers; the hidden best set skips five sub-layers.
  private func evaluator(bestSpeedup: Double = 1.6) -> SyntheticBench {
    SyntheticBench(
      layerCount: 6, hidden: SkipSet(attention: [1, 4], mlp: [0, 2, 3]), bestSpeedup: bestSpeedup)
  }

  @Test("finds a hidden best set, evaluates none twice, and reports it with its true speedup")
  func findsBest() throws {
    try withTemporaryDirectory { directory in
      let evaluator = evaluator()
      let result = try runStudy(evaluator, settings: settings(70), directory: directory)
      #expect(result.trials.count == 70)
      #expect(Set(evaluator.evaluated).count == 70)
      let best = try #require(result.best)
      #expect(best.calibration.draft.model == evaluator.hidden)
      let heldOut = try #require(best.heldOut)
      #expect(heldOut.promptCount == 10 && heldOut.samples.count == 30)
      // Held-out prompts are 1.04 easier on average.
      #expect(abs((heldOut.speedup?.speedup ?? 0) - 1.6 * 1.04) < 0.01)
      #expect(result.trials.contains { $0.evaluation.stoppedEarly })
      #expect(result.trials[0].origin.name == "uniform" && result.trials[0].predicted == nil)
      #expect(result.trials[69].origin == .model && result.trials[69].predicted != nil)
      #expect(result.trials.map(\.index) == Array(0..<70))
      #expect(!result.isInterrupted && result.warnings.isEmpty)
    }
  }

  @Test(
    "at least three sets and uniform skipping are measured on held-out prompts, ranked by the search"
  )
  func validation() throws {
    try withTemporaryDirectory { directory in
      let result = try runStudy(evaluator(), settings: settings(40), directory: directory)
      let measured = result.sets.filter { $0.heldOut != nil }
      #expect(measured.count == 5)
      #expect(Set(measured.map(\.calibration.draft.model.skip)).count == 5)
      #expect(result.uniform?.heldOut != nil)
      #expect(result.sets.map(\.rank) == Array(1...result.sets.count))
      #expect(result.sets.prefix(5).allSatisfy { $0.heldOut != nil })
      let speedups = measured.compactMap { $0.calibration.speedup?.logarithm }
      #expect(speedups == speedups.sorted(by: >))
    }
  }

  @Test("the sets contain the front of acceptance against draft cost")
  func front() throws {
    try withTemporaryDirectory { directory in
      let result = try runStudy(evaluator(), settings: settings(40), directory: directory)
      let complete = result.trials.filter { !$0.evaluation.stoppedEarly }
      for trial in complete {
        let cost = try #require(trial.evaluation.draftCostRatio)
        let acceptance = try #require(trial.evaluation.acceptanceRate)
        let isDominated = complete.contains { other in
          let otherCost = other.evaluation.draftCostRatio ?? .infinity
          let otherAcceptance = other.evaluation.acceptanceRate ?? 0
          return otherCost <= cost && otherAcceptance >= acceptance
            && (otherCost < cost || otherAcceptance > acceptance || other.index < trial.index)
        }
        let isMeasured = result.sets.contains { $0.trial == trial.index && $0.heldOut != nil }
        #expect(
          isMeasured || result.sets.contains { $0.trial == trial.index } == !isDominated)
      }
    }
  }

  @Test("when nothing beats plain decoding the best set is null, and none is proposed for use")
  func nothingHelps() throws {
    try withTemporaryDirectory { directory in
      let evaluator = evaluator(bestSpeedup: 0.94)
      let result = try runStudy(evaluator, settings: settings(30), directory: directory)
      #expect(result.best == nil)
      #expect(!result.sets.isEmpty)
      #expect(result.json["best"]?.kind == "null")
      #expect(
        try SkipSet(JSONField(result.json["skip_layer_ids"] ?? .null, file: ""), layerCount: 6)
          .isEmpty)
    }
  }

  @Test("a small space is searched completely, and then the search ends")
  func exhausted() throws {
    try withTemporaryDirectory { directory in
      let evaluator = SyntheticBench(
        layerCount: 2, hidden: SkipSet(attention: [1], mlp: []), bestSpeedup: 1.2)
      let result = try runStudy(evaluator, settings: settings(200), directory: directory)
      #expect(result.trials.count == 16 && Set(evaluator.evaluated).count == 16)
      #expect(result.warnings.contains { $0.contains("all 16 drafts") })
      #expect(result.best?.calibration.draft.model == evaluator.hidden)
      #expect(result.uniform == nil)
    }
  }

  @Test("an interruption keeps finished trials, skips the validation and says so")
  func interruption() throws {
    try withTemporaryDirectory { directory in
      let evaluator = evaluator()
      var isInterrupted = false
      evaluator.onEvaluate = { if $0 == 9 { isInterrupted = true } }
      let result = try runStudy(
        evaluator, settings: settings(30), directory: directory,
        isInterrupted: { isInterrupted })
      #expect(result.trials.count == 9)
      #expect(result.isInterrupted)
      #expect(result.sets.allSatisfy { $0.heldOut == nil } && result.sets.count >= 3)
      #expect(result.warnings.contains { $0.contains("interrupted after 9 of 30 trials") })
      #expect(result.warnings.contains { $0.contains("flattered") })
    }
  }

  @Test("an interruption before the first trial still gives a result; before the baseline, none")
  func earlyInterruption() throws {
    try withTemporaryDirectory { directory in
      let evaluator = evaluator()
      var isInterrupted = false
      evaluator.onEvaluate = { _ in isInterrupted = true }
      let result = try runStudy(
        evaluator, settings: settings(5), directory: directory, isInterrupted: { isInterrupted })
      #expect(result.trials.isEmpty && result.sets.isEmpty && result.best == nil)
      #expect {
        try runStudy(
          self.evaluator(), settings: settings(5), directory: directory, isInterrupted: { true })
      } throws: { error in
        if case StudyError.interrupted = error { true } else { false }
      }
    }
  }

  @Test("without a stop rule the best sets try a grid of them, and each keeps its best")
  func tuning() throws {
    try withTemporaryDirectory { directory in
      var settings = settings(20)
      settings.draftStop = nil
      let wanted = StopRule(maximum: 4, criterion: .fixed)
      let evaluator = evaluator()
      evaluator.ruleFactor = { $0 == wanted ? 1.125 : $0.maximum == 3 ? 0.75 : 1 }
      let result = try runStudy(evaluator, settings: settings, directory: directory)
      let rule = StopRule(maximum: 5, criterion: .confidence(0.5))
      #expect(result.trials.allSatisfy { $0.evaluation.draft.stop == rule })
      let measured = result.sets.filter { $0.heldOut != nil }
      #expect(measured.count == 5)
      #expect(measured.allSatisfy { $0.decisive.draft.stop == wanted })
      let alternatives = StopRuleGrid(maximum: 8).alternatives
      #expect(alternatives.count == 7 && !alternatives.contains(rule))
      #expect(result.draftTrials.count == 5 * 7)
      #expect(result.draftTrials.contains { $0.stoppedEarly })
      let path = "\(directory)/r.json"
      try result.write(to: path)
      #expect(try StudyResult(file: path) == result)
      #expect(
        try SkipSetFile.read(path, layerCount: 6, fingerprint: "0123456789abcdef").stop == wanted)
      // No setting drafts more than the user allows, and none is tried twice.
      for maximum in 1...9 {
        let rules = StopRuleGrid(maximum: maximum)
        let grid = rules.alternatives + [rules.trialRule]
        #expect(Set(grid).count == grid.count)
        #expect(grid.allSatisfy { $0.maximum <= maximum })
      }
    }
  }

  @Test("too few prompts to keep some back are warned of")
  func sharedPrompts() throws {
    try withTemporaryDirectory { directory in
      let result = try runStudy(
        evaluator(), settings: settings(8), directory: directory,
        subject: .test(layerCount: 6, sharesPrompts: true))
      #expect(result.warnings.contains { $0.contains("too few prompts") })
    }
  }

  @Test("an internal error of the measurement aborts loudly")
  func internalError() throws {
    final class Broken: Bench {
      let baseline = Baseline(samples: [1], promptCount: 3, tokenCount: 9, seconds: 1)
      let costs: CostModel? = nil
      let choices = DraftChoices(draftMaximum: 8)
      func screen(
        _ models: [DraftModel], until stop: StopSignal
      ) throws(EvaluationError) -> [Double]? { nil }
      func evaluateLookup(until stop: StopSignal) throws(EvaluationError) -> TrialOutcome? { nil }
      func evaluate(
        _ model: DraftModel, against incumbent: Evaluation?, until stop: StopSignal
      ) throws(EvaluationError) -> TrialOutcome {
        throw .notLossless(
          prompt: "line 2", position: 3, draft: Draft(model: model, stop: StopRule()))
      }
      func settle(
        _ evaluation: Evaluation, until stop: StopSignal, trying budget: StopSignal,
        progress: (Int, Int) -> Void
      ) throws(EvaluationError) -> Settlement { Settlement(evaluation) }
    }
    try withTemporaryDirectory { directory in
      let subject = StudySubject.test(layerCount: 6)
      let journal = try Journal.create(
        in: directory, header: JournalHeader(subject: subject, settings: settings(3)))
      let study = Study(
        subject: subject, settings: settings(3), journal: journal,
        benches: { _, _ in
          Benches(trials: Broken(), runoff: self.evaluator(), heldOut: self.evaluator())
        })
      #expect {
        try study.run()
      } throws: { error in
        let text = "\(error)"
        return text.contains("internal error") && text.contains("token 3 of line 2")
      }
    }
  }

  @Test("progress is told: baseline, every trial with the best so far, the validation")
  func events() throws {
    try withTemporaryDirectory { directory in
      var trials = 0
      var best = -Double.infinity
      var baselines = 0
      var validations = 0
      let note = { (event: StudyEvent) in
        switch event {
        case .baseline: baselines += 1
        case .trial(let trial, let bestTrial, let count, let total):
          trials += 1
          let lower = trial.objective.logSpeedup - trial.objective.variance.squareRoot()
          if !trial.evaluation.stoppedEarly { best = max(best, lower) }
          #expect(
            bestTrial.map { $0.objective.logSpeedup - $0.objective.variance.squareRoot() } == best)
          #expect(count == trials && total == 15)
        case .validating: validations += 1
        default: break
        }
      }
      _ = try runStudy(
        evaluator(), settings: settings(15), directory: directory, progress: note)
      #expect(trials == 15 && baselines == 1 && validations == 31)
    }
  }
}
