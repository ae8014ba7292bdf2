import CKernels

/// Chooses tokens from logits, greedily or at random, for one generation.
struct TokenChooser {
  let sampling: Sampling
  /// What tokens are drawn from and verified with.
  var random: RandomNumbers
  /// What drafts are drawn with; see `RandomNumbers.init`.
  var draftRandom: RandomNumbers

  /// [vocabulary]: the tokens of the text so far; empty where nobody asks.
  private var seen: [Bool]

  /// - Parameter prompt: what the text begins with.
  init(_ sampling: Sampling, prompt: [Int], vocabularySize: Int) {
    self.sampling = sampling
    random = RandomNumbers(seed: sampling.seed, stream: 0)
    draftRandom = RandomNumbers(seed: sampling.seed, stream: 1)
    let counts = sampling.repetitionPenalty != 1
    seen = counts ? [Bool](repeating: false, count: vocabularySize) : []
    append(prompt)
  }

  /// Notes tokens that the text goes on with.
  mutating func append(_ tokens: some Sequence<Int>) {
    guard !seen.isEmpty else { return }
    for token in tokens { seen[token] = true }
  }

  /// The full model's own token.
  ///
  /// - Parameter drafts: tokens that the row's text has beyond what was appended.
  mutating func choose(_ logits: LogitsView, row: Int, after drafts: [DraftedToken] = []) -> Int {
    sampling.isGreedy
      ? argmax(logits, row: row, after: drafts)
      : distribution(logits, row: row, after: drafts).token(at: random.uniform())
  }

  /// The most probable token of a row.
  func argmax(_ logits: LogitsView, row: Int, after drafts: [DraftedToken]) -> Int {
    guard !seen.isEmpty else { return logits.argmax(row) }
    return penalized(logits, row, drafts).withUnsafeBufferPointer { values in
      logits.token(atIndex: sk_argmax(values.baseAddress, values.count))
    }
  }

  /// The processed distribution of a row.
  func distribution(
    _ logits: LogitsView, row: Int, after drafts: [DraftedToken]
  ) -> TokenDistribution {
    func distribution(_ values: UnsafeBufferPointer<Float>) -> TokenDistribution {
      TokenDistribution(logits: values, sampling: sampling, isa: logits.isa)
        .mapWeights { logits.scattered($0) }
    }
    guard !seen.isEmpty else { return distribution(logits[row]) }
    return penalized(logits, row, drafts).withUnsafeBufferPointer(distribution)
  }

  private func penalized(_ logits: LogitsView, _ row: Int, _ drafts: [DraftedToken]) -> [Float] {
    var seen = seen
    for draft in drafts { seen[draft.token] = true }
    return logits.penalized(row, by: Float(sampling.repetitionPenalty), where: seen)
  }
}
