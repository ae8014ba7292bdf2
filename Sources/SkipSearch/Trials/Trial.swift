import DraftEvaluation
import Foundation
import Inference

/// One draft model evaluated during a search.
public struct Trial: Hashable, Sendable {
  /// What the optimiser's model expected before the trial.
  public struct Prediction: Hashable, Sendable {
    /// The posterior mean of the log speedup.
    public var logSpeedup: Double
    /// Its posterior standard deviation.
    public var standardDeviation: Double
    /// The largest expected improvement of any draft model, relative to the best one; nil where the
    /// proposal did not look for it. A resumed search stops by it as the interrupted one would
    /// have.
    public var expectedImprovement: Double?

    /// The speedup that was expected.
    public var speedup: Double { exp(logSpeedup) }

    package init(
      logSpeedup: Double, standardDeviation: Double, expectedImprovement: Double? = nil
    ) {
      self.logSpeedup = logSpeedup
      self.standardDeviation = standardDeviation
      self.expectedImprovement = expectedImprovement
    }
  }

  /// The trial's number, from 0.
  public var index: Int
  /// Who proposed the draft model.
  public var origin: TrialOrigin
  /// What was measured.
  public var evaluation: Evaluation
  /// What the optimiser was told.
  public var objective: Objective
  /// What it expected; nil before the model had data.
  public var predicted: Prediction?
  /// Seconds that the proposal and the update of the model took.
  public var optimizerSeconds: Double

  package init(
    index: Int, origin: TrialOrigin, evaluation: Evaluation, objective: Objective,
    predicted: Prediction?, optimizerSeconds: Double
  ) {
    self.index = index
    self.origin = origin
    self.evaluation = evaluation
    self.objective = objective
    self.predicted = predicted
    self.optimizerSeconds = optimizerSeconds
  }

  /// The draft model that was tried.
  public var model: DraftModel { evaluation.draft.model }

  /// Whether nothing but the context drafted: no point of the optimiser's space.
  public var isLookupAlone: Bool { evaluation.draft.stop.maximum == 0 }

  /// The chunks of positions whose error is that of the objective, where it was measured on some:
  /// of a whole trial. What a part tells is a difference from the best trial's, whose positions it
  /// did not see alone.
  var chunks: [Int]? { evaluation.stoppedEarly ? nil : evaluation.chunks }

  /// The logarithm of the speedup that was measured, lookups included; the objective's where there
  /// is none.
  var logSpeedup: Double {
    evaluation.stoppedEarly
      ? objective.logSpeedup : evaluation.speedup?.logarithm ?? objective.logSpeedup
  }

  /// The speedup that the trial is worth.
  public var speedup: Double { exp(logSpeedup) }

  /// Less one standard error: by this, the luckiest of many is not the best.
  fileprivate var cautiousLogSpeedup: Double {
    logSpeedup + objective.cautiousLogSpeedup - objective.logSpeedup
  }
}

extension [Trial] {
  /// The complete trial that is worth most, cautiously; of equal ones the last.
  public var best: Trial? {
    filter { !$0.evaluation.stoppedEarly }
      .max { $0.cautiousLogSpeedup < $1.cautiousLogSpeedup }
  }

  /// The best whose model drafts: what others are compared with on the same positions.
  var incumbent: Trial? { filter { !$0.isLookupAlone }.best }
}
