/// Whether a drafted token stands, and what replaces it if not: the rule that makes speculative
/// sampling lossless (Leviathan et al. 2023; Chen et al. 2023).
///
/// The draft's distribution `q` must be the one that the token was really drawn from, `p` the full
/// model's after the same processing, and the uniform numbers independent of all that drafting
/// used.
enum Verification {
  /// The outcome for one drafted token.
  enum Outcome: Equatable {
    case accepted
    case replaced(by: Int)
  }

  /// Accepts `token` ~ q with probability min(1, p/q); else draws from norm(max(0, p − q)).
  ///
  /// - Parameter uniforms: gives numbers in [0, 1): one to accept, a second one to replace.
  static func verify(
    _ token: Int, drawnFrom q: TokenDistribution, against p: TokenDistribution,
    uniforms: () -> Double
  ) -> Outcome {
    if uniforms() * q.probability(of: token) < p.probability(of: token) { return .accepted }
    return .replaced(by: p.residual(without: q).token(at: uniforms()))
  }

  /// The same for a token that was drawn from nothing: q is its one-point distribution, so that
  /// max(0, p − q) is p without the token.
  static func verify(
    certain token: Int, against p: TokenDistribution, uniforms: () -> Double
  ) -> Outcome {
    if uniforms() < p.probability(of: token) { return .accepted }
    return .replaced(by: p.without(token).token(at: uniforms()))
  }
}
