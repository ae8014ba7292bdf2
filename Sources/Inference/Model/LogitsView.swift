import CKernels

/// Rows of logits in the workspace, of all tokens or of those that a draft's head knows. Valid until
/// the next pass.
struct LogitsView {
  let base: UnsafeMutablePointer<Float>
  let rows: Int
  /// Tokens of the model.
  let vocabulary: Int
  /// What made them, which owns the head's tokens.
  let plan: SublayerPlan
  let isa: sk_isa

  /// Logits of a row.
  private var width: Int { plan.head.matrix.outputs }
  /// [width]: the token of each logit, ascending; nil where logits are numbered by token.
  private var tokens: UnsafePointer<UInt32>? { plan.head.tokens }

  /// One row of `width` logits.
  subscript(row: Int) -> UnsafeBufferPointer<Float> {
    precondition(row >= 0 && row < rows)
    return UnsafeBufferPointer(start: base + row * width, count: width)
  }

  /// Whether all of a row's logits are finite: where one is not, nothing else here has a meaning.
  func areNumbers(_ row: Int) -> Bool { sk_all_finite(base + row * width, width) }

  /// The most probable token of a row, the lowest id among equals.
  func argmax(_ row: Int) -> Int {
    token(atIndex: largest(row))
  }

  /// The token of a logit.
  func token(atIndex index: Int) -> Int { tokens.map { Int($0[index]) } ?? index }

  /// A row with the logits of some tokens penalized, as by Hugging Face's
  /// `RepetitionPenaltyLogitsProcessor`.
  ///
  /// - Parameter isSeen: [vocabulary]: which tokens.
  func penalized(_ row: Int, by penalty: Float, where isSeen: [Bool]) -> [Float] {
    var values = Array(self[row])
    for index in values.indices where isSeen[token(atIndex: index)] {
      values[index] = values[index] < 0 ? values[index] * penalty : values[index] / penalty
    }
    return values
  }

  private func largest(_ row: Int) -> Int { sk_argmax(base + row * width, width) }

  /// The probability (temperature 1, among the tokens that the head knows) of a row's most probable
  /// token, or of another that the head knows.
  func probability(of token: Int, row: Int) -> Double {
    let logits = self[row]
    let maximum = logits[largest(row)]
    let sum = sk_exp_sum(isa, logits.baseAddress, width, maximum, 1, nil)
    var one = logits[index(of: token)]
    return Double(sk_exp_sum(isa, &one, 1, maximum, 1, nil)) / Double(sum)
  }

  private func index(of token: Int) -> Int {
    guard let tokens else { return token }
    var low = 0
    var high = width - 1
    while low < high {
      let middle = (low + high) / 2
      if Int(tokens[middle]) < token { low = middle + 1 } else { high = middle }
    }
    precondition(tokens[low] == token, "the head does not know token \(token)")
    return low
  }

  /// The probabilities (temperature 1) of all tokens in a row: [vocabulary], 0 for those that the
  /// head does not know.
  func distribution(_ row: Int) -> [Float] {
    let logits = self[row]
    return scattered(
      [Float](unsafeUninitializedCapacity: width) { buffer, count in
        let sum = sk_exp_sum(
          isa, logits.baseAddress, width, logits[largest(row)], 1, buffer.baseAddress)
        for index in 0..<width { buffer[index] /= sum }
        count = width
      })
  }

  /// [vocabulary]: values of the tokens that the head knows at their ids, others elsewhere.
  func scattered(_ values: [Float], elsewhere: Float = 0) -> [Float] {
    guard let tokens else { return values }
    var all = [Float](repeating: elsewhere, count: vocabulary)
    for index in 0..<width { all[Int(tokens[index])] = values[index] }
    return all
  }
}
