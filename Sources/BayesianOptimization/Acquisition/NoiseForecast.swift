import Foundation
import Statistics

/// The variance that the noise of a next observation is expected to have where the latent has some
/// value: a running geometric mean over the observations so far, in the order of their posterior
/// means.
///
/// Counts are not equally noisy everywhere: the logit of k accepted of n has a variance of
/// 1/(n·α·(1 − α)), half as large at α = 0.5 as at 0.85. What distribution it is, the optimiser
/// need not know.
struct NoiseForecast: Sendable {
  /// Ascending posterior means, and the logarithm of the variance at each.
  private var means: [Double] = []
  private var logVariances: [Double] = []

  /// How many observations count around each mean.
  private static let window = 9

  init<K: Kernel>(_ process: GaussianProcess<K>) {
    let inferred = process.inferredNoiseVariance
    var all: [(mean: Double, logVariance: Double)] = []
    for (observation, mean) in zip(process.observations, process.meansAtObservations)
    where observation.noiseShare > 0 {
      // Of a single observation, where several were merged.
      let variance = observation.noiseVariance / observation.noiseShare + inferred
      all.append((mean, log(max(variance, 1e-300))))
    }
    all = all.stableSorted { $0.mean < $1.mean }
    let size = min(Self.window, all.count)
    guard size > 0 else { return }
    for start in 0...(all.count - size) {
      let group = all[start..<start + size]
      means.append(group.reduce(0) { $0 + $1.mean } / Double(size))
      logVariances.append(group.reduce(0) { $0 + $1.logVariance } / Double(size))
    }
  }

  /// The variance where the posterior mean is `mean`: interpolated, and constant beyond the ends.
  func variance(mean: Double) -> Double {
    guard let first = means.first, let last = means.last else { return 1 }
    if !(mean > first) { return exp(logVariances[0]) }
    if mean >= last { return exp(logVariances[logVariances.count - 1]) }
    // The first beyond `mean`.
    var (low, high) = (0, means.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if means[middle] > mean { high = middle } else { low = middle }
    }
    let share = (mean - means[low]) / (means[high] - means[low])
    return exp(logVariances[low] + share * (logVariances[high] - logVariances[low]))
  }
}
