import CKernels

/// A distribution over the vocabulary after temperature, top-k, top-p and min-p: what a token is drawn
/// from, in plain decoding, in drafting and in verification alike.
struct TokenDistribution {
  /// Weights that need not sum to one: [vocabulary], none negative.
  private(set) var weights: [Float]
  /// Their sum.
  private(set) var total: Double

  /// The distribution of a row of logits, processed in Hugging Face's order: temperature, top-k,
  /// top-p, min-p. (A repetition penalty comes before: `LogitsView.penalized`.)
  ///
  /// - Parameter sampling: with a temperature above 0.
  init(logits: UnsafeBufferPointer<Float>, sampling: Sampling, isa: sk_isa) {
    precondition(sampling.temperature > 0)
    let count = logits.count
    let maximum = logits[sk_argmax(logits.baseAddress, count)]
    let scale = Float(1 / sampling.temperature)
    weights = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      _ = sk_exp_sum(isa, logits.baseAddress, count, maximum, scale, buffer.baseAddress)
      initialized = count
    }
    total = 0
    if let k = sampling.topK, k < count { keepTopK(k) }
    total = weights.reduce(0) { $0 + Double($1) }
    if sampling.topP < 1 { keepTopP(sampling.topP) }
    if sampling.minP > 0 { keepMinP(sampling.minP) }
  }

  /// A distribution with the given weights.
  init(weights: [Float]) {
    self.weights = weights
    total = weights.reduce(0) { $0 + Double($1) }
  }

  /// The same weights at other tokens.
  ///
  /// - Parameter map: leaves the sum of the weights as it is.
  func mapWeights(_ map: ([Float]) -> [Float]) -> TokenDistribution {
    var copy = self
    copy.weights = map(weights)
    return copy
  }

  /// The probability of a token.
  func probability(of token: Int) -> Double { Double(weights[token]) / total }

  /// The token at `uniform` ∈ [0, 1) of the cumulative distribution.
  func token(at uniform: Double) -> Int {
    var rest = uniform * total
    var last = 0
    for (token, weight) in weights.enumerated() where weight > 0 {
      rest -= Double(weight)
      if rest < 0 { return token }
      last = token
    }
    // Rounding can leave a crumb after the last weight.
    return last
  }

  /// norm(max(0, p − q)): what a rejected token is replaced from (Leviathan et al. 2023, algorithm
  /// 1; Chen et al. 2023, algorithm 2).
  func residual(without draft: TokenDistribution) -> TokenDistribution {
    var rest = weights
    for token in rest.indices {
      rest[token] = Float(max(0, probability(of: token) - draft.probability(of: token)))
    }
    let residual = TokenDistribution(weights: rest)
    // Where p and q are equal up to rounding, so is a rejection, and p itself is right.
    return residual.total > 0 ? residual : self
  }

  /// The distribution of the other tokens: norm(max(0, p − q)) where q is certain of one.
  func without(_ token: Int) -> TokenDistribution {
    var rest = weights
    rest[token] = 0
    let others = TokenDistribution(weights: rest)
    // As above: where p is certain of the token too, a rejection is a rounding error.
    return others.total > 0 ? others : self
  }

  /// Top-k sampling (Fan, Lewis and Dauphin 2018, section 5), as Hugging Face's
  /// `TopKLogitsWarper`:
  ///
  /// 1. find the k-th largest weight,
  /// 2. give the tokens with a smaller one none; all that tie with it stay.
  ///
  /// - Parameter k: 1 ≤ k < vocabulary.
  private mutating func keepTopK(_ k: Int) {
    // The k largest so far, ascending: few of a vocabulary's weights ever enter, so this beats
    // sorting them all.
    var largest: [Float] = []
    for weight in weights where largest.count < k || weight > largest[0] {
      var low = 0
      var high = largest.count
      while low < high {
        let middle = (low + high) / 2
        if largest[middle] < weight { low = middle + 1 } else { high = middle }
      }
      largest.insert(weight, at: low)
      if largest.count > k { largest.removeFirst() }
    }
    let threshold = largest[0]
    for token in weights.indices where weights[token] < threshold { weights[token] = 0 }
  }

  /// Min-p sampling (Nguyen et al. 2024), as Hugging Face's `MinPLogitsWarper`: tokens below a share
  /// of the largest weight get none.
  ///
  /// - Parameter p: 0 < p ≤ 1.
  private mutating func keepMinP(_ p: Double) {
    let least = Double(weights.max() ?? 0) * p
    for token in weights.indices where Double(weights[token]) < least { weights[token] = 0 }
    total = weights.reduce(0) { $0 + Double($1) }
  }

  /// Top-p or nucleus sampling (Holtzman et al. 2020, section 3.1), as Hugging Face's
  /// `TopPLogitsWarper`:
  ///
  /// 1. order the tokens by weight, the largest first, the lower id first among equals,
  /// 2. keep them from the front until their weights reach the share p of the total,
  /// 3. give the others none.
  ///
  /// - Parameter p: 0 < p < 1.
  private mutating func keepTopP(_ p: Double) {
    // All tokens below (1 − p)/count together weigh less than 1 − p: they are outside, and need no
    // sorting.
    let floor = Float((1 - p) / Double(weights.count) * total)
    let candidates = weights.indices.filter { weights[$0] >= floor && weights[$0] > 0 }
      .sorted { weights[$0] == weights[$1] ? $0 < $1 : weights[$0] > weights[$1] }
    var kept = [Float](repeating: 0, count: weights.count)
    var sum = 0.0
    for token in candidates {
      kept[token] = weights[token]
      sum += Double(weights[token])
      if sum >= p * total { break }
    }
    weights = kept
    total = sum
  }
}
