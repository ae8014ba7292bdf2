import DraftEvaluation

/// The order of a result's sets.
package enum Ranking {
  /// A set that was measured again.
  package struct Finalist {
    /// The trial's number.
    package let trial: Int
    /// On the calibration prompts, with the best stop rule that the set tried.
    package var calibration: Evaluation
    /// On held-out prompts.
    package var heldOut: Evaluation?
    /// A complete replay of the calibration prompts.
    package var replay: Evaluation?

    /// Whether nothing but the context drafts.
    var isLookupAlone: Bool { calibration.draft.stop.maximum == 0 }

    package init(
      trial: Int, calibration: Evaluation, heldOut: Evaluation? = nil, replay: Evaluation? = nil
    ) {
      self.trial = trial
      self.calibration = calibration
      self.heldOut = heldOut
      self.replay = replay
    }
  }

  /// Finalists by their speedup on the calibration prompts (a complete replay's where there is one:
  /// it covers them all, and its counts are exact), then the Pareto front of the rest by its
  /// speedup in the search.
  package static func entries(_ trials: [Trial], finalists: [Finalist]) -> [ResultEntry] {
    let chosen = Set(finalists.map(\.trial))
    let front = trials.paretoFront.filter { !chosen.contains($0.index) }
      .map { trial in
        // Which chunks it is of stands in the trial; an entry does not write it.
        var calibration = trial.evaluation
        calibration.chunks = nil
        return Finalist(trial: trial.index, calibration: calibration)
      }
    func sorted(_ sets: [Finalist]) -> [Finalist] {
      func logarithm(_ set: Finalist) -> Double {
        (set.replay ?? set.calibration).speedup?.logarithm ?? -.infinity
      }
      return sets.sorted { (logarithm($1), $0.trial) < (logarithm($0), $1.trial) }
    }
    return (sorted(finalists) + sorted(front)).enumerated().map { index, set in
      ResultEntry(
        rank: index + 1, trial: set.trial, calibration: set.calibration, heldOut: set.heldOut,
        replay: set.replay)
    }
  }
}
