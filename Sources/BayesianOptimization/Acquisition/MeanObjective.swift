/// The objective where the latent is the mean: of the posterior, or of a sample from it, whose
/// optimum is what Thompson sampling would evaluate (Thompson 1933).
struct MeanObjective: Acquisition {
  private let objective: (any CompositeObjective)?
  private let standardization: Standardization

  init(composition: Composition?, standardization: Standardization) {
    objective = composition?.objective
    self.standardization = standardization
  }

  func value(_ posterior: PointPosterior, cost: Double) -> Double {
    let latent = standardization.latent(posterior.mean)
    return objective?.value(latent: latent, cost: cost) ?? latent
  }
}
