/// The speedup of speculative decoding as a function of acceptance rate and draft cost, at the best
/// draft length:
///
///     S(α, c) = max over γ of (1 + α + … + α^γ) / (γ·c + v_γ)
///
/// with c the cost of a draft step and v_γ that of verifying γ drafted tokens, both relative to a
/// plain decoding step (Leviathan, Kalman and Matias, ICML 2023, theorem 3.8, which has v = 1). The
/// sum is never divided by 1 − α, which may vanish.
public struct SpeculativeSpeedup: CompositeObjective {
  /// v_γ for γ = 1, 2, …: a pass over γ + 1 tokens relative to a pass over one.
  public let verificationCosts: [Double]
  /// How the latent quantity becomes an acceptance rate.
  public let link: AcceptanceLink

  /// - Precondition: at least one verification cost, and all of them positive.
  public init(verificationCosts: [Double], link: AcceptanceLink) {
    precondition(
      !verificationCosts.isEmpty && verificationCosts.allSatisfy { $0 > 0 && $0.isFinite },
      "verification costs are positive")
    self.verificationCosts = verificationCosts
    self.link = link
  }

  /// The speedup at the best draft length.
  public func value(latent: Double, cost: Double) -> Double {
    best(latent: latent, cost: cost).speedup
  }

  /// The speedup and the draft length that gives it.
  public func best(latent: Double, cost: Double) -> (speedup: Double, draftLength: Int) {
    Self.best(
      acceptance: link.acceptance(latent), cost: cost, verificationCosts: verificationCosts)
  }

  /// The same by the acceptance rate itself; 0 where there are no verification costs.
  public static func best(
    acceptance: Double, cost: Double, verificationCosts: [Double]
  ) -> (speedup: Double, draftLength: Int) {
    var emitted = 1.0
    var power = 1.0
    var best = (speedup: 0.0, draftLength: 1)
    for (index, verification) in verificationCosts.enumerated() {
      power *= acceptance
      emitted += power
      let speedup = emitted / (Double(index + 1) * cost + verification)
      if speedup > best.speedup { best = (speedup, index + 1) }
    }
    return best
  }
}
