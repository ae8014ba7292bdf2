import Foundation

/// The optimiser's model of the latent: observations in the caller's units, and a Gaussian process
/// on standardised ones whose hyper-parameters are fitted now and then (`FitSchedule`).
struct SurrogateModel: Sendable {
  /// One per point: the certainties, then the told points in the order of their first tell.
  private(set) var observations: [Observation<BitVector>] = []
  private(set) var process: GaussianProcess<StructuredKernel>
  /// From the process's units to the caller's.
  private(set) var standardization = Standardization()
  /// How many of the observations are certainties.
  let certainCount: Int
  /// The kernel's preparation of the observations' points.
  private var pairwise: StructuredKernel.Pairwise
  private var countAtFit = 0
  private var fit: HyperparameterFit

  /// τ² of standardised values: about a twelfth of their standard deviation, known within a factor.
  static let noisePrior = LogNormalPrior(mean: -5, standardDeviation: 1.5)

  /// Beyond this log τ² noise drowns standardised values whatever the covariance: reached, there is
  /// an error in the program.
  private static let largestLogNoise = 40.0

  init(_ problem: SearchProblem) {
    let kernel = StructuredKernel(KernelStructure(problem))
    let priors = Hyperparameters(kernel: kernel.priors, noise: Self.noisePrior)
    fit = Self.fit(priors)
    pairwise = kernel.pairwise([])
    observations = problem.certainties.map { Observation(certain: $0.point, value: $0.latent) }
    certainCount = observations.count
    let modes = priors.map(\.mean)
    process = Self.condition(kernel, modes, TrainingSet(kernel, [], pairwise: pairwise))
    for observation in observations { kernel.append(observation.point, to: &pairwise) }
    if certainCount > 0 { standardization = Standardization(observations) }
    recondition()
  }

  /// Adds an observation of a new point.
  mutating func add(_ observation: Observation<BitVector>) {
    let standardized = standardization.standardize(observation)
    let row = process.kernelRow(observation.point)
    let predicted = process.posterior(row)
    let deviation = FitSchedule.Deviation(
      error: standardized.value - predicted.mean,
      spread: (predicted.variance + standardized.noiseVariance + process.inferredNoiseVariance)
        .squareRoot())
    note(observation.chunks)
    observations.append(observation)
    process.kernel.append(observation.point, to: &pairwise)
    if FitSchedule.isDue(
      count: observations.count, countAtFit: countAtFit, deviation: deviation)
    {
      refit()
    } else if (try? process.append(standardized, row)) == nil {
      recondition()
    }
  }

  /// Adds an observation of a known point, the `index`-th.
  mutating func merge(at index: Int, value: Double, noiseVariance: Double, chunks: SharedChunks?) {
    note(chunks)
    observations[index].merge(value: value, noiseVariance: noiseVariance, chunks: chunks)
    if FitSchedule.isDueAfterMerge(count: observations.count) {
      refit()
    } else {
      recondition()
    }
  }

  /// The first chunks that are told give the fit a hyper-parameter more.
  private mutating func note(_ chunks: SharedChunks?) {
    guard chunks != nil, fit.priors.sharedLengthscale == nil else { return }
    var priors = fit.priors
    priors.sharedLengthscale = SharedNoise.prior
    fit = Self.fit(priors)
  }

  private static func fit(_ priors: Hyperparameters<LogNormalPrior>) -> HyperparameterFit {
    var fit = HyperparameterFit(priors: priors)
    // Coarse: what it leaves is far less than the posterior's width.
    fit.minimizer.iterations = 40
    fit.minimizer.gradientTolerance = 1e-2
    fit.minimizer.valueTolerance = 1e-5
    return fit
  }

  private mutating func refit() {
    standardization = Standardization(observations)
    var kernel = process.kernel
    kernel.updateProportions(weights: process.weights, in: &pairwise)
    let training = trainingSet(kernel)
    let modes = fit.priors.map(\.mean)
    var current = process.hyperparameters
    current.sharedLengthscale = current.sharedLengthscale ?? modes.sharedLengthscale
    let startsAfresh = FitSchedule.startsAfresh(
      count: observations.count, countAtFit: countAtFit)
    countAtFit = observations.count
    let best = fit.maximize(
      kernel, training, starts: [current] + (startsAfresh ? [modes] : []))
    process = Self.condition(kernel, best?.hyperparameters ?? current, training)
  }

  private mutating func recondition() {
    process = Self.condition(
      process.kernel, process.hyperparameters, trainingSet(process.kernel))
  }

  private func trainingSet(_ kernel: StructuredKernel) -> TrainingSet<StructuredKernel> {
    TrainingSet(kernel, observations.map(standardization.standardize), pairwise: pairwise)
  }

  /// A process that exists in any case: where jitter is not enough, the noise variance grows until
  /// it dominates the diagonal. Data are never dropped.
  private static func condition(
    _ kernel: StructuredKernel, _ hyperparameters: Hyperparameters<Double>,
    _ training: TrainingSet<StructuredKernel>
  ) -> GaussianProcess<StructuredKernel> {
    var hyperparameters = hyperparameters
    while true {
      do {
        return try GaussianProcess(kernel, hyperparameters, training)
      } catch {
        precondition(
          hyperparameters.noise < largestLogNoise,
          "no noise variance makes the covariance usable: \(error)")
        hyperparameters.noise += log(10)
      }
    }
  }
}

extension SurrogateModel {
  /// Mean and standard deviation of the latent.
  func latent(at point: BitVector) -> (mean: Double, standardDeviation: Double) {
    let posterior = process.posterior(at: point)
    return (
      standardization.latent(posterior.mean),
      standardization.deviation(variance: posterior.variance)
    )
  }

  /// The posterior means of the latent at the told points.
  var latentsAtTold: [(point: BitVector, latent: Double)] {
    let means = process.meansAtObservations
    return observations.indices.dropFirst(certainCount).map { index in
      (observations[index].point, standardization.latent(means[index]))
    }
  }

  /// The standard deviation of the inferred noise, in units of the latent.
  var inferredNoise: Double { standardization.scale * exp(0.5 * process.hyperparameters.noise) }

  /// The process as if `pending` points had been observed at their posterior means.
  func believing(_ pending: [BitVector]) -> GaussianProcess<StructuredKernel> {
    var believer = process
    for point in pending {
      // Without its fantasy a pending point is only less repellent; it stays excluded.
      try? believer.append(Observation(point, value: process.posterior(at: point).mean))
    }
    return believer
  }
}
