import Foundation

/// What makes a point worth an evaluation, as a function of what the model says of it.
enum Acquisition: Sendable {
  /// The objective where the latent is the mean: of the posterior, or of a sample from it (Thompson
  /// 1933).
  case objective(PlainObjective)
  /// The logarithm of the expected improvement.
  case improvement(Improvement)
  /// The logarithm of what an observation there is expected to tell about a contrast.
  case information(NoiseForecast)

  /// What the model says of a point.
  struct Prediction {
    let mean: Double
    let variance: Double
    /// Of the latent there with the contrast's difference.
    let covariance: Double
    let cost: Double
  }

  /// Whether variances count; means are much cheaper.
  var needsVariance: Bool {
    if case .objective = self { false } else { true }
  }

  /// The value, quickly.
  func value(_ prediction: Prediction) -> Double {
    switch self {
    case .objective(let objective):
      objective.value(mean: prediction.mean, cost: prediction.cost)
    case .improvement(let improvement):
      improvement.logValue(
        mean: prediction.mean, variance: prediction.variance, cost: prediction.cost)
    case .information(let noise):
      // The variance that the contrast's difference loses by one observation at the point.
      log(
        prediction.covariance * prediction.covariance
          / (prediction.variance + noise.variance(mean: prediction.mean)))
    }
  }

  /// The value without the shortcuts of `value`.
  func exactValue(_ prediction: Prediction) -> Double {
    guard case .improvement(let improvement) = self else { return value(prediction) }
    return improvement.exactLogValue(
      mean: prediction.mean, variance: prediction.variance, cost: prediction.cost)
  }
}

/// The objective as a function of the latent, in the model's units, and of the cost.
struct PlainObjective: Sendable {
  let composition: Composition?
  /// The latent is location + unit·(what the model predicts).
  var location = 0.0
  var unit = 1.0

  func value(mean: Double, cost: Double) -> Double {
    let latent = location + unit * mean
    return composition?.objective.value(latent: latent, cost: cost) ?? latent
  }
}
