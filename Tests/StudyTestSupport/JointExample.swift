import DraftEvaluation
import Foundation
import Inference
import SkipSearch

extension Draft {
  /// A draft of five layers with every ingredient.
  package static let joint = Draft(
    model: DraftModel(
      skip: SkipSet(attention: [1, 3], mlp: [2]),
      weights: DraftWeights(
        attention: [.fourBits, .fourBits, .eightBits, .fourBits, .fourBits],
        mlp: [.eightBits, .fourBits, .fourBits, .fourBits, .fourBits]),
      head: DraftHead(
        precision: .fourBits, vocabulary: DraftVocabulary((0..<500).map { UInt32(2 * $0) }))),
    stop: StopRule(
      maximum: 4, criterion: .calibrated(CalibratedThresholds([0.5, 0.25, 0.125])),
      lookup: LookupRule(limits: [0, 0, 3, 5], continues: true)))
}

extension StudyResult {
  /// A search over all that drafts may consist of, written by hand: lookup alone and a draft with
  /// every ingredient, both measured on held-out prompts of two kinds, and what each gives.
  package static func joint(
    best speedup: Double = 1.75, lookup lookupSpeedup: Double = 1.25, costs: CostModel? = nil
  ) -> StudyResult {
    func evaluation(_ draft: Draft, _ speedup: Double, prompts: Range<Int>) -> Evaluation {
      Evaluation(
        draft: draft,
        samples: prompts.map { prompt in
          let plain = 0.25 + Double(prompt) / 16
          return DecodingSample(
            prompt: prompt, tokenCount: 33, plainSeconds: plain,
            speculativeSeconds: plain / speedup * (prompt % 2 == 0 ? 1.01 : 0.99),
            draftingSeconds: draft.stop.maximum == 0 ? 0 : plain / 8, draftTokenCount: 32,
            acceptedDraftTokenCount: draft.stop.maximum == 0 ? 12 : 28, targetModelCallCount: 8)
        }, seconds: 2.5)
    }
    let lookup = Draft(model: .full, stop: .lookupAlone(LookupRule(least: 2, maximum: 8)))
    var settings = StudySettings()
    settings.trials = 3
    let drafts: [(Draft, Double, String)] = [
      (lookup, lookupSpeedup, "lookup alone"),
      (
        Draft(
          model: DraftModel(
            skip: .none, weights: .uniform(.eightBits), head: DraftHead(precision: .eightBits)),
          stop: .init(maximum: 5, criterion: .fixed, lookup: lookup.stop.lookup)), 1.375, "8 bits"
      ), (.joint, speedup, "model"),
    ]
    let trials = drafts.enumerated().map { index, draft in
      Trial(
        index: index, origin: TrialOrigin(name: draft.2),
        evaluation: evaluation(draft.0, draft.1, prompts: 0..<8),
        objective: Objective(logSpeedup: index == 0 ? 0 : log(draft.1), variance: 0.0004),
        predicted: nil, optimizerSeconds: 0.5)
    }
    let finalists = [(2, Draft.joint, speedup), (0, lookup, lookupSpeedup)]
    let ablations: [(Ablation.Name, Double)] = [
      (.lookupAlone, lookupSpeedup), (.skippingAlone, 1.0625), (.precisionAlone, 1.5),
      (.withoutLookup, 1.625), (.withoutShortHead, 1.6875), (.withoutSkipping, 1.5625),
    ]
    var alone = Draft.joint
    alone.stop.lookup = nil
    var seconds = StudyResult.Seconds()
    (seconds.total, seconds.baseline, seconds.evaluation) = (100, 2, 60)
    return StudyResult(
      createdAt: "2026-01-31T12:00:05Z",
      subject: .test(
        layerCount: 5, heldOutKinds: (0..<10).map { $0 % 2 == 0 ? "code edits" : "summaries" }),
      settings: settings,
      baseline: Baseline(
        samples: [505.25], promptCount: 8, timedPromptCount: 4, tokenCount: 320, seconds: 2),
      sets: Ranking.entries(
        trials,
        finalists: finalists.map { trial, draft, speedup in
          Ranking.Finalist(
            trial: trial, calibration: evaluation(draft, speedup, prompts: 0..<4),
            heldOut: evaluation(draft, speedup, prompts: 0..<10),
            replay: evaluation(draft, speedup, prompts: 0..<8))
        }),
      trials: trials, seconds: seconds, warnings: [], isInterrupted: false,
      ablations: ablations.compactMap { name, speedup in
        name.draft(of: .joint, lookup: lookup.stop.lookup, withoutLookup: alone).map {
          Ablation(name: name, heldOut: evaluation($0, speedup, prompts: 0..<10))
        }
      }, costs: costs,
      bound: costs.map { SpeedupBound($0, settings.policy, maximum: settings.draftMaximum) })
  }
}
