import Foundation

/// How an acceptance rate becomes an unbounded latent quantity to which effects add, and back.
public enum AcceptanceLink: String, Sendable, CaseIterable {
  /// log(α/(1 − α)).
  case logit
  /// log α, at most 0: rates multiply, and a draft model without any skipped part has exactly 0.
  case logarithm

  /// The acceptance rate of a latent value.
  public func acceptance(_ latent: Double) -> Double {
    switch self {
    case .logit: 1 / (1 + exp(-latent))
    case .logarithm: exp(min(latent, 0))
    }
  }

  /// The latent value of k accepted of n drafted, and the variance of its noise where the drafts
  /// are independent.
  ///
  /// Half a success and half a failure are added (Haldane and Anscombe), so that 0 and n of n are
  /// finite too. Both variances are the delta method's.
  public func observation(accepted k: Double, drafted n: Double) -> (
    latent: Double, variance: Double
  ) {
    precondition(k >= 0 && k <= n && n > 0, "\(k) of \(n) accepted")
    switch self {
    case .logit:
      return (log((k + 0.5) / (n - k + 0.5)), 1 / (k + 0.5) + 1 / (n - k + 0.5))
    case .logarithm:
      return (
        log((k + 0.5) / (n + 1)), (n - k + 0.5) / ((n + 1) * (k + 0.5))
      )
    }
  }

  /// The same with a variance of the rate that was estimated otherwise (a jackknife over prompts,
  /// whose tokens depend on each other). The independent drafts' variance is a lower bound of what
  /// a handful of prompts can show, so the larger of the two counts.
  public func observation(accepted k: Double, drafted n: Double, rateVariance: Double) -> (
    latent: Double, variance: Double
  ) {
    var result = observation(accepted: k, drafted: n)
    let rate = (k + 0.5) / (n + 1)
    let slope = self == .logit ? 1 / (rate * (1 - rate)) : 1 / rate
    result.variance = max(result.variance, rateVariance * slope * slope)
    return result
  }
}
