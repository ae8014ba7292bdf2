import Foundation

/// The logarithm of what an observation is expected to tell of a contrast: by how much it lowers
/// the variance of the contrast's difference,
///
///     log(c²/(s² + v))
///
/// with c the covariance of the function at the point with that difference, s² its variance there
/// and v the variance that the observation's noise is expected to have. To evaluate what tells most
/// of a difference, and neither of its ends, is the design for linear bandits of Soare, Lazaric and
/// Munos (NeurIPS 2014) and of Fiez, Jain, Jamieson and Ratliff (NeurIPS 2019).
struct ContrastInformation: Acquisition {
  let noise: NoiseForecast

  func value(_ posterior: PointPosterior, cost: Double) -> Double {
    log(
      posterior.contrastCovariance * posterior.contrastCovariance
        / (posterior.variance + noise.variance(mean: posterior.mean)))
  }
}
