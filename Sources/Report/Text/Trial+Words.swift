import DraftEvaluation
import SkipSearch

extension Trial {
  /// What is said of a trial where it is pointed at.
  var words: String {
    "trial \(index) (\(origin.name)): \(times(speedup))"
      + (evaluation.stoppedEarly ? ", ended early" : "")
      + ", \(percent(evaluation.acceptanceRate)) accepted"
      + (evaluation.draftCostRatio.map { ", draft cost \(fixed($0, 3))" } ?? "")
      + ", \(model.skip.count) skipped"
  }
}
