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
}
