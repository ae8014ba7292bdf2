import DraftEvaluation
import Foundation

/// One skip set evaluated during a search.
public struct Trial: Hashable, Sendable {
  /// What the model expected before the trial.
  public struct Prediction: Hashable, Sendable {
    /// The posterior mean of the log speedup.
    public var logSpeedup: Double
    /// Its posterior standard deviation.
    public var standardDeviation: Double
    /// The largest expected improvement of any set, relative to the best one; nil where the proposal did
    /// not look for it. A resumed search stops by it as the interrupted one would have.
    public var expectedImprovement: Double?

    /// Pairs mean and deviation.
    public init(
      logSpeedup: Double, standardDeviation: Double, expectedImprovement: Double? = nil
    ) {
      self.logSpeedup = logSpeedup
      self.standardDeviation = standardDeviation
      self.expectedImprovement = expectedImprovement
    }
  }

  /// The trial's number, from 0.
  public var index: Int
  /// Where the set came from: the name of a known set, `random` (of the initial design), or `model`.
  public var origin: String
  /// What was measured.
  public var evaluation: Evaluation
  /// What the optimiser was told.
  public var objective: Racing.Objective
  /// What it expected; nil before the model had data.
  public var predicted: Prediction?
  /// Seconds that the proposal and the update of the model took.
  public var optimiserSeconds: Double

  /// Collects the figures of a trial.
  public init(
    index: Int, origin: String, evaluation: Evaluation, objective: Racing.Objective,
    predicted: Prediction?, optimiserSeconds: Double
  ) {
    self.index = index
    self.origin = origin
    self.evaluation = evaluation
    self.objective = objective
    self.predicted = predicted
    self.optimiserSeconds = optimiserSeconds
  }

  /// The speedup that the trial is worth: exp of the objective.
  public var speedup: Double { exp(objective.logSpeedup) }
}
