/// The objective where the latent is the mean: of the posterior, or of a sample from it, whose
/// optimum is what Thompson sampling would evaluate (Thompson 1933).
struct MeanObjective: Acquisition {
  let composition: Composition?
  let standardization: Standardization

  func value(_ posterior: PointPosterior, cost: Double) -> Double {
    let latent = standardization.latent(posterior.mean)
    return composition?.objective.value(latent: latent, cost: cost) ?? latent
  }
}
