/// Chooses tokens from logits, greedily or at random, for one generation.
struct TokenChooser {
  let sampling: Sampling
  /// What tokens are drawn from and verified with.
  var random: RandomNumbers
  /// What drafts are drawn with; see `RandomNumbers.init`.
  var draftRandom: RandomNumbers

  init(_ sampling: Sampling) {
    self.sampling = sampling
    random = RandomNumbers(seed: sampling.seed, stream: 0)
    draftRandom = RandomNumbers(seed: sampling.seed, stream: 1)
  }

  /// The full model's own token.
  mutating func choose(_ logits: LogitsView, row: Int) -> Int {
    sampling.isGreedy
      ? logits.argmax(row) : distribution(logits, row: row).token(at: random.uniform())
  }

  /// The processed distribution of a row.
  func distribution(_ logits: LogitsView, row: Int) -> TokenDistribution {
    TokenDistribution(logits: logits[row], sampling: sampling, isa: logits.isa)
      .mapWeights { logits.scattered($0) }
  }
}
