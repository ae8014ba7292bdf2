/// What is believed of a point.
public struct Belief: Sendable, Equatable {
  /// The point.
  public let point: BitVector
  /// The posterior mean of the objective.
  public let mean: Double
  /// The posterior standard deviation of the objective, without observation noise.
  public let standardDeviation: Double
  /// The posterior mean of the latent; the same as `mean` without a composition.
  public let latentMean: Double
  /// The posterior standard deviation of the latent.
  public let latentStandardDeviation: Double
  /// The point's cost; 0 without a composition.
  public let cost: Double

  /// From the latent's mean and standard deviation.
  init(
    _ point: BitVector, latentMean: Double, latentStandardDeviation: Double,
    composition: Composition?
  ) {
    self.point = point
    self.latentMean = latentMean
    self.latentStandardDeviation = latentStandardDeviation
    guard let composition else {
      (mean, standardDeviation, cost) = (latentMean, latentStandardDeviation, 0)
      return
    }
    let cost = composition.cost(of: point)
    self.cost = cost
    (mean, standardDeviation) = GaussHermite.moments(
      mean: latentMean, standardDeviation: latentStandardDeviation
    ) { composition.objective.value(latent: $0, cost: cost) }
  }
}
