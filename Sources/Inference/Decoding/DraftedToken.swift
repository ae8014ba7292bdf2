/// A drafted token, and how it was chosen: what its verification has to know.
struct DraftedToken {
  /// How a token was chosen.
  enum Origin {
    /// Nothing was drawn: the most probable token of a greedy draft, or one that was looked up.
    case certain
    /// Drawn from the draft's distribution.
    case drawn(TokenDistribution)
  }

  let token: Int
  let origin: Origin
}
