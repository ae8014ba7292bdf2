import DraftEvaluation
import EvaluationTestSupport
import Files
import Foundation
import Inference
import SkipSearch
import StudyTestSupport
import TestSupport
import Testing

@testable import Report

@Suite("What a report shows")
struct ReportDataTests {
  @Test("a journal is told from a result by what it says, not by its name")
  func kinds() throws {
    try withTemporaryDirectory { directory in
      let result = StudyResult.joint(costs: .mixed(layerCount: 5))
      let (one, other) = ("\(directory)/a.json", "\(directory)/b.jsonl")
      try writeAtomically(journal(result, trials: 2), to: one)
      try writeAtomically(result.json.compact, to: other)
      let ofJournal = try ReportData(file: one)
      #expect(ofJournal.state == .journal && ofJournal.trials.count == 2)
      #expect(ofJournal.costs != nil && ofJournal.bound != nil)
      let ofResult = try ReportData(file: other)
      #expect(ofResult.state == .finished && ofResult.measured.count == 7)
    }
  }

  @Test("a file that is neither is refused, and so is one that is not there")
  func refusals() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/x.json"
      try writeAtomically("{\"schema\": \"skip-search/evaluator-experiment/1\"}", to: path)
      #expect {
        try ReportData(file: path)
      } throws: {
        "\($0)".contains("this is no result of skip-search")
      }
      #expect(throws: InputError.self) { try ReportData(file: "\(directory)/none.json") }
      try writeAtomically("", to: "\(directory)/empty.jsonl")
      #expect {
        try ReportData(file: "\(directory)/empty.jsonl")
      } throws: {
        "\($0)".contains("line 1")
      }
    }
  }

  @Test("the last line of a journal that is being written is passed over")
  func tornLine() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/a.jsonl"
      let text = journal(.joint(), trials: 3)
      try writeAtomically(String(text.dropLast(40)), to: path)
      let data = try ReportData(file: path)
      #expect(data.trials.count == 2 && data.notes.count == 1)
      guard case .soFar(let best) = data.answer else {
        Issue.record("a journal's answer is that of now")
        return
      }
      #expect(best.trial == 1 && !best.isHeldOut)
    }
  }

  @Test("the answer of a result is its best draft, on held-out prompts")
  func answers() {
    guard case .found(let best) = Answer(.joint()) else {
      Issue.record("the example has a best draft")
      return
    }
    #expect(best.trial == 2 && best.isHeldOut && best.decisive.promptCount == 10)
    #expect(best.others.map(\.evaluation.promptCount) == [8, 4])
    guard case .notBeyondDoubt(let first) = Answer(.joint(best: 0.96, lookup: 0.98)) else {
      Issue.record("0.98x does not beat plain decoding")
      return
    }
    #expect(first.trial == 0)
    guard case .nothingYet = Answer([]) else {
      Issue.record("no trials, no answer")
      return
    }
  }

  @Test("phases add up to the whole time")
  func phases() {
    let data = ReportData(.example(), path: "r.json")
    #expect(data.phases.reduce(0) { $0 + $1.seconds } == 3725)
    #expect(!data.phases.contains { $0.name == "screening" })
  }

  @Test("shares are of the best quarter, five trials at least, ended and lookup ones apart")
  func shares() throws {
    let joint = StudyResult.joint().trials
    #expect(GoodTrials(of: joint) == nil)
    let trials = (0..<24).map { index in
      var trial = joint[2]
      trial.index = index
      let skip = SkipSet(attention: index % 2 == 0 ? [0] : [1], mlp: [])
      trial.evaluation.draft.model = DraftModel(skip: skip, weights: .uniform(.fourBits))
      trial.evaluation.stoppedEarly = index >= 20
      // The later, the faster.
      trial.evaluation.samples = trial.evaluation.samples.map { sample in
        var sample = sample
        sample.speculativeSeconds /= Double(index + 1)
        return sample
      }
      return trial
    }
    let good = try #require(GoodTrials(of: trials + [joint[0]]))
    #expect(good.trials.map(\.index) == [19, 18, 17, 16, 15])
    #expect(good.share(.skipped, .attention, 0) == 0.4)
    #expect(good.share(.skipped, .attention, 1) == 0.6)
    #expect(good.share(.fourBits, .mlp, 3) == 1)
  }

  @Test("predictions are checked with the noise of the measurement")
  func predictions() {
    var trial = StudyResult.joint().trials[2]
    let trials = [(0.5, 0.1, 0.0), (0.5, 0.001, 0.04), (0.2, 0.001, 0.0004)].map {
      mean, sd, noise in
      trial.predicted = Trial.Prediction(logSpeedup: mean, standardDeviation: sd)
      trial.objective = Objective(logSpeedup: 0.6, variance: noise)
      return trial
    }
    let check = PredictionCheck(trials + [StudyResult.joint().trials[0]])
    #expect(check.points.map(\.isCovered) == [true, true, false])
    #expect(check.coveredCount == 2)
    #expect(check.correlation == nil)
  }

  @Test("a round's figures give the speedup")
  func rounds() throws {
    let held = try #require(StudyResult.joint().best?.heldOut)
    let rounds = try #require(RoundFigures(held))
    // 10 prompts of 32 decoded tokens, 8 passes, 32 drafts and 28 accepted ones each.
    #expect(rounds.rounds == 80 && rounds.emitted == 4 && rounds.drafted == 4)
    #expect(rounds.accepted == 3.5 && rounds.prompts.allSatisfy { $0.emitted == 4 })
    let speedup = rounds.emitted / (rounds.draftingCost + rounds.otherCost)
    #expect(abs(speedup - (held.speedup?.speedup ?? 0)) < 1e-9)
  }

  @Test("two searches are told apart by model, else by file")
  func labels() {
    let one = ReportData(.joint(), path: "a/one.json")
    let other = ReportData(.joint(), path: "b/two.json")
    #expect(Panel.panels([one]).map(\.label) == [nil])
    #expect(Panel.panels([one, other]).map(\.label) == ["A: one.json", "B: two.json"])
  }
}
