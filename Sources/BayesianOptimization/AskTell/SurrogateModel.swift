import Foundation

/// The optimiser's model of the latent: observations in the caller's units, and a Gaussian process on
/// standardised ones whose hyper-parameters follow a schedule.
struct SurrogateModel: Sendable {
  /// One per point: the certainties, then the told points in the order of their first tell.
  private(set) var observations: [Observation<BitVector>] = []
  private(set) var process: GaussianProcess<StructuredKernel>
  /// The latent is offset + scale·(what the process predicts).
  private(set) var offset = 0.0
  private(set) var scale = 1.0
  /// How many of the observations are certainties.
  let certainCount: Int
  private var prepared: StructuredKernel.Pairwise
  private var countAtFit = 0
  /// Whether any observation says what it was measured on.
  private var hasSamples = false
  private var fit: HyperparameterFit

  /// τ² of standardised values: about a twelfth of their standard deviation, known within a factor.
  static let noisePrior = LogNormalPrior(mean: -5, standardDeviation: 1.5)

  init(_ problem: SearchProblem) {
    let kernel = StructuredKernel(KernelStructure(problem))
    fit = Self.fit(priors: kernel.priors + [Self.noisePrior])
    prepared = kernel.pairwise([])
    observations = problem.certainties.map { Observation(certain: $0.point, value: $0.latent) }
    certainCount = observations.count
    let noise = Noise(logVariance: Self.noisePrior.mean, logLengthscale: SharedNoise.prior.mean)
    process = Self.condition(kernel, noise, observations: [], prepared)
    for observation in observations { kernel.append(observation.point, to: &prepared) }
    if certainCount > 0 { standardize() }
    recondition(kernel, noise)
  }

  mutating func add(_ observation: Observation<BitVector>) {
    let standardized = observation.standardized(offset: offset, scale: scale)
    let (row, prior) = process.kernelRow(observation.point)
    let (mean, variance) = process.posterior(row: row, prior: prior)
    let spread =
      (variance + standardized.noiseVariance + exp(process.logNoiseVariance)).squareRoot()
    note(observation.sample)
    observations.append(observation)
    process.kernel.append(observation.point, to: &prepared)
    let count = observations.count
    let interval = count <= 60 ? 1 : max(5, count / 40)
    if count - countAtFit >= interval || abs(standardized.value - mean) > 3 * spread {
      refit()
    } else if (try? process.append(standardized, row: row, prior: prior)) == nil {
      recondition(process.kernel, noise)
    }
  }

  mutating func merge(
    at index: Int, value: Double, noiseVariance: Double, sample: SharedSample?
  ) {
    note(sample)
    observations[index].merge(value: value, noiseVariance: noiseVariance, sample: sample)
    if observations.count <= 60 {
      refit()
    } else {
      recondition(process.kernel, noise)
    }
  }

  /// The first sample that is told gives the fit a parameter more.
  private mutating func note(_ sample: SharedSample?) {
    guard sample != nil, !hasSamples else { return }
    hasSamples = true
    fit = Self.fit(priors: fit.priors + [SharedNoise.prior])
  }

  private static func fit(priors: [LogNormalPrior]) -> HyperparameterFit {
    var fit = HyperparameterFit(priors: priors)
    fit.minimizer.iterations = 40
    fit.minimizer.gradientTolerance = 1e-2
    fit.minimizer.valueTolerance = 1e-5
    return fit
  }

  /// Mean and standard deviation of the latent.
  func latent(at point: BitVector) -> (mean: Double, standardDeviation: Double) {
    let (mean, variance) = process.posterior(at: point)
    return (offset + scale * mean, scale * variance.squareRoot())
  }

  var inferredNoise: Double { scale * exp(0.5 * process.logNoiseVariance) }

  /// The process as if `pending` points had been observed at their posterior means.
  func believing(_ pending: [BitVector]) -> GaussianProcess<StructuredKernel> {
    var believer = process
    for point in pending {
      // Without its fantasy a pending point is only less repellent; it stays excluded.
      try? believer.append(Observation(point, value: process.posterior(at: point).mean))
    }
    return believer
  }

  private mutating func refit() {
    standardize()
    let standardized = standardizedObservations
    let current =
      process.kernel.parameters + [process.logNoiseVariance]
      + (hasSamples ? [process.sharedNoiseLogLengthscale] : [])
    // From the last fit, and now and then from the prior's mode, to leave a mode that more data
    // have made a poor one.
    let afresh = observations.count % 4 == 0 || countAtFit == 0
    let starts = [current] + (afresh ? [fit.priors.map(\.mean)] : [])
    countAtFit = observations.count
    var kernel = process.kernel
    kernel.updateProportions(weights: process.weights, in: &prepared)
    var noise = noise
    if let best = fit.maximize(
      kernel, observations: standardized, pairwise: prepared, starts: starts)
    {
      let count = kernel.parameters.count
      kernel.parameters = Array(best.parameters[..<count])
      noise.logVariance = best.parameters[count]
      if hasSamples { noise.logLengthscale = best.parameters[count + 1] }
    }
    recondition(kernel, noise)
  }

  private mutating func standardize() {
    let count = Double(observations.count)
    offset = observations.reduce(0) { $0 + $1.value / count }
    // Relative to the largest deviation: squares of very large or small values leave the range.
    let largest = observations.reduce(0) { max($0, abs($1.value - offset)) }
    let squares = observations.reduce(0) {
      let deviation = ($1.value - offset) / largest
      return $0 + deviation * deviation / count
    }
    let deviation = largest * squares.squareRoot()
    // A constant function has no scale of its own (and 0/0 compares as false).
    scale = deviation > 1e-12 * max(abs(offset), 1e-12) ? deviation : 1
  }

  private var standardizedObservations: [Observation<BitVector>] {
    observations.map { $0.standardized(offset: offset, scale: scale) }
  }

  private mutating func recondition(_ kernel: StructuredKernel, _ noise: Noise) {
    process = Self.condition(kernel, noise, observations: standardizedObservations, prepared)
  }

  /// The hyper-parameters of the noise.
  private struct Noise {
    var logVariance: Double
    var logLengthscale: Double
  }

  private var noise: Noise {
    Noise(
      logVariance: process.logNoiseVariance, logLengthscale: process.sharedNoiseLogLengthscale)
  }

  /// A process that exists in any case: where jitter is not enough, the noise variance grows until
  /// it dominates the diagonal. Data are never dropped.
  private static func condition(
    _ kernel: StructuredKernel, _ noise: Noise, observations: [Observation<BitVector>],
    _ prepared: StructuredKernel.Pairwise
  ) -> GaussianProcess<StructuredKernel> {
    var noise = noise
    let sharedNoise = SharedNoise(kernel, observations)
    while true {
      do {
        return try GaussianProcess(
          kernel: kernel, logNoiseVariance: noise.logVariance,
          sharedNoiseLogLengthscale: noise.logLengthscale, observations: observations,
          sharedNoise: sharedNoise, pairwise: prepared)
      } catch {
        precondition(
          noise.logVariance < 40, "no noise variance makes the covariance usable: \(error)")
        noise.logVariance += log(10)
      }
    }
  }
}
