import Foundation

/// What observations on overlapping samples have in common of their known noise:
///
///     cov(εᵢ, εⱼ) = √(vᵢ·vⱼ)·ρᵢⱼ·(1 + Dᵢⱼ/ℓ)^(−½)
///
/// with the known variances v, ρ the overlap of the samples (`SharedSample.correlation`), D the distance
/// of the points and ℓ one hyper-parameter. It is the model for common random numbers of Pearce,
/// Poloczek and Branke (*Bayesian Optimization Allowing for Common Random Numbers*, Operations Research
/// 2022), whose errors have a part that all points share and one that only similar points do; the
/// rational quadratic in the Hamming distance, a mixture of exponentials, has both with one parameter.
///
/// On the reference model, the errors of forty skip sets at the same places have correlations of 0.84
/// (sets that differ in 1–3 sub-layers), 0.66 (4–5), 0.58 (8–9), 0.48 (13–15) and 0.37 (20–25);
/// ℓ = 4 gives 0.82, 0.67, 0.57, 0.47 and 0.39.
struct SharedNoise: Sendable {
  /// A pair of observations, `row` > `column`.
  struct Pair: Sendable {
    let row: Int
    let column: Int
    /// √(vᵢ·vⱼ)·ρᵢⱼ.
    let strength: Double
    /// Dᵢⱼ.
    let distance: Double
  }

  /// The pairs whose samples overlap.
  private(set) var pairs: [Pair] = []

  /// log ℓ: four bits, known within a factor of e.
  static let prior = LogNormalPrior(mean: log(4), standardDeviation: 1)

  /// The pairs among observations, by the kernel's measure of distance.
  init<K: Kernel>(_ kernel: K, _ observations: [Observation<K.Input>]) {
    for index in observations.indices {
      append(kernel, observations[index], to: observations[..<index])
    }
  }

  /// Adds an observation's pairs with those before it.
  mutating func append<K: Kernel>(
    _ kernel: K, _ observation: Observation<K.Input>,
    to others: some Collection<Observation<K.Input>>
  ) {
    guard let sample = observation.sample, observation.noiseVariance > 0 else { return }
    for (column, other) in others.enumerated() {
      guard let theirs = other.sample, other.noiseVariance > 0 else { continue }
      let overlap = sample.correlation(with: theirs)
      guard overlap > 0 else { continue }
      pairs.append(
        Pair(
          row: others.count, column: column,
          strength: (observation.noiseVariance * other.noiseVariance).squareRoot() * overlap,
          distance: kernel.distance(observation.point, other.point)))
    }
  }

  /// Nothing is shared.
  var isEmpty: Bool { pairs.isEmpty }

  /// cov(εᵢ, εⱼ).
  func covariance(_ pair: Pair, logLengthscale: Double) -> Double {
    pair.strength / (1 + pair.distance * exp(-logLengthscale)).squareRoot()
  }

  /// The derivative of `covariance` by log ℓ.
  func gradient(_ pair: Pair, logLengthscale: Double) -> Double {
    let ratio = pair.distance * exp(-logLengthscale)
    return covariance(pair, logLengthscale: logLengthscale) * 0.5 * ratio / (1 + ratio)
  }
}
