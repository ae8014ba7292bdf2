import Foundation

/// What observations on overlapping chunks have in common of their known noise:
///
///     cov(εᵢ, εⱼ) = √(vᵢ·vⱼ)·ρᵢⱼ·(1 + Dᵢⱼ/ℓ)^(−½)
///
/// with the known variances v, ρ the overlap of the chunks (`SharedChunks.correlation`), D the
/// distance of the points and ℓ one hyper-parameter. It is the model for common random numbers of
/// Pearce, Poloczek and Branke (*Bayesian Optimization Allowing for Common Random Numbers*,
/// Operations Research 2022), whose errors have a part that all points share and one that only
/// similar points do; the rational quadratic in the Hamming distance, a mixture of exponentials,
/// has both with one parameter. It fits the errors of measured skip sets
/// (`Experiments/optimiser/NOTES.md`).
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

  /// The pairs whose chunks overlap.
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
    guard let chunks = observation.chunks, observation.noiseVariance > 0 else { return }
    for (column, other) in others.enumerated() {
      guard let theirs = other.chunks, other.noiseVariance > 0 else { continue }
      let overlap = chunks.correlation(with: theirs)
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
}

extension SharedNoise.Pair {
  /// cov(εᵢ, εⱼ).
  func covariance(_ hyperparameters: Hyperparameters<Double>) -> Double {
    strength / (1 + ratio(hyperparameters)).squareRoot()
  }

  /// The derivative of `covariance` by log ℓ.
  func gradient(_ hyperparameters: Hyperparameters<Double>) -> Double {
    let ratio = ratio(hyperparameters)
    return covariance(hyperparameters) * 0.5 * ratio / (1 + ratio)
  }

  /// Dᵢⱼ/ℓ; with the prior's mode where no lengthscale is known.
  private func ratio(_ hyperparameters: Hyperparameters<Double>) -> Double {
    distance * exp(-(hyperparameters.sharedLengthscale ?? SharedNoise.prior.mean))
  }
}
