import BayesianOptimization
import Foundation

/// When a search knows enough: that no draft pays, or that what is left to gain is not worth the
/// time.
struct SearchEnd {
  /// Trials before which nothing is believed: the first ones are not the model's own.
  private static let leastTrials = 16
  /// Every how many trials it is asked.
  private static let interval = 4
  /// The speedup that a draft has to reach: less cannot be told from nothing.
  private static let leastSpeedup = 1.02
  /// The probability of one that does, below which the search gives up.
  private static let leastProbability = 0.05
  /// Gains over the best draft that are not worth further trials: the mean, and the upper end of the
  /// interval that holds 95% of what is believed.
  private static let leastGain = (mean: 0.01, upper: 0.03)

  /// Why the search may end after so many trials; nil where it goes on.
  static func reason(after trials: Int, _ proposer: Proposer) -> String? {
    guard trials >= leastTrials, trials % interval == 0,
      let (probability, gain) = proposer.prospect(above: leastSpeedup)
    else { return nil }
    func percent(_ share: Double) -> String { String(format: "%.1f%%", 100 * share) }
    if probability < leastProbability {
      return "the probability that the model of any draft gains \(percent(leastSpeedup - 1)) or "
        + "more is \(percent(probability))"
    }
    if gain.mean < leastGain.mean, gain.upper < leastGain.upper {
      return "the best of all drafts is believed to be only \(percent(gain.mean)) faster than the "
        + "best one known (95%: \(percent(gain.lower)) to \(percent(gain.upper)))"
    }
    return nil
  }
}
