extension NeighborPosterior {
  /// What flips of single bits change of a point's posterior, and from that estimates of its
  /// neighbours' posteriors.
  struct Flips: Sendable {
    let site: Site
    /// Of the mean by each bit's flip; exact.
    let means: [Double]
    /// Nil where there are no variances.
    let spread: Spread?

    /// Of what a variance is made of, by each bit's flip; exact.
    struct Spread: Sendable {
      /// kᵀK⁻¹k' − kᵀK⁻¹k.
      let crosses: [Double]
      /// k(z', z') − k(z, z).
      let priors: [Double]
      /// Of the covariance with a contrast; nil where there is none.
      let covariances: [Double]?
    }

    /// No estimate takes a variance to fall by a larger share, whatever the bound.
    private static let largestFall = 0.9
    /// How far the estimate lies from the point's variance to the bound.
    private static let trust = 0.5

    /// The posterior after a move. A flip's mean and covariance are exact, its variance an estimate
    /// half-way between an upper bound and the point's own; several flips are taken to change what
    /// each changes by itself.
    func estimate(after move: Move) -> PointPosterior {
      estimate { changes in move.bits.reduce(0) { $0 + changes[$1] } }
    }

    private func estimate(_ change: ([Double]) -> Double) -> PointPosterior {
      let now = site.posterior
      let mean = now.mean + change(means)
      guard let spread else { return PointPosterior(mean: mean, variance: 0) }
      // k'ᵀK⁻¹k = kᵀK⁻¹k + cross, so the bound is the point's variance + prior − 2·cross.
      let prior = change(spread.priors)
      let bound =
        now.variance
        + max(prior - 2 * change(spread.crosses), -Self.largestFall * now.variance)
      let variance = Self.trust * (now.variance + min(bound, site.row.priorVariance + prior))
      return PointPosterior(
        mean: mean, variance: max(variance, 1e-12 * site.row.priorVariance),
        contrastCovariance: now.contrastCovariance + (spread.covariances.map(change) ?? 0))
    }
  }
}
