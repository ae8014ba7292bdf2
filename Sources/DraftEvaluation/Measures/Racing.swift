import Statistics

/// When a trial is hopeless, and what the optimiser learns from one that ended early.
///
/// After each prompt, from the third on, the draft is compared with the incumbent (the best
/// complete trial so far) on the prompts that both have decoded: D is the difference of their log
/// speedups, with a jackknife variance by prompt. Prompts that are easy for every draft cancel. The
/// trial ends when even D + 3·√variance + 0.05 is negative. Its value is then the incumbent's log
/// speedup plus D: not its speedup on a few prompts, which may be easier than the rest.
public enum Racing {
  /// Prompts below which no trial ends.
  public static let minimumPrompts = 3
  /// Standard errors of the optimistic bound.
  static let deviations = 3.0
  /// What the bound adds besides: a jackknife over three prompts knows little of its own error.
  static let slack = 0.05

  /// The least variance of a whole trial's value, a standard error of 0.5%: few prompts can agree
  /// by chance.
  static let leastVariance = 2.5e-5
  /// The least variance of a part's value, a standard error of 3%, for the same reason.
  static let leastPartialVariance = 9e-4
  /// The variance of a value whose prompts give no spread, a standard error of 5%.
  static let unknownVariance = 2.5e-3
  /// What estimated plain seconds add, a standard error of 1%: they share one drift, which the
  /// jackknife does not see.
  static let sharedDriftVariance = 1e-4

  /// Whether a draft with these samples cannot reach the incumbent.
  public static func isHopeless(
    _ samples: [DecodingSample], incumbent: [DecodingSample]
  ) -> Bool {
    guard let (difference, variance) = difference(samples, incumbent) else { return false }
    return difference + deviations * variance.squareRoot() + slack < 0
  }

  /// The value of an evaluation; nil where it decoded nothing.
  public static func objective(_ evaluation: Evaluation, incumbent: Evaluation?) -> Objective? {
    guard let own = evaluation.speedup else { return nil }
    if evaluation.stoppedEarly, let incumbent, let reached = incumbent.speedup,
      let (difference, variance) = difference(evaluation.samples, incumbent.samples)
    {
      return Objective(
        logSpeedup: reached.logarithm + difference,
        variance: max(variance + (reached.variance ?? 0), leastPartialVariance))
    }
    let shared = evaluation.samples.allSatisfy(\.isPlainMeasured) ? 0 : sharedDriftVariance
    return Objective(
      logSpeedup: own.logarithm,
      variance: max(own.variance ?? unknownVariance, leastVariance) + shared)
  }

  /// D and its variance over the prompts in common; nil for fewer than `minimumPrompts`.
  private static func difference(
    _ samples: [DecodingSample], _ incumbent: [DecodingSample]
  ) -> (Double, Double)? {
    let theirs = Dictionary(
      SpeedupEstimate.units(incumbent).map { ($0.prompt, $0) },
      uniquingKeysWith: { first, _ in first })
    let units = SpeedupEstimate.units(samples).compactMap { own -> [SpeedupEstimate.Term]? in
      guard let other = theirs[own.prompt] else { return nil }
      return [
        SpeedupEstimate.Term(weight: 1, plain: own.plain, speculative: own.speculative),
        SpeedupEstimate.Term(weight: -1, plain: other.plain, speculative: other.speculative),
      ]
    }
    guard units.count >= minimumPrompts, let variance = SpeedupEstimate.jackknife(units) else {
      return nil
    }
    return (SpeedupEstimate.logRatio(units[...]), variance)
  }
}
