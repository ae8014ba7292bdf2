import CKernels

/// Rows of logits in the workspace. Valid until the next pass.
struct LogitsView {
  let base: UnsafeMutablePointer<Float>
  let rows: Int
  let vocabulary: Int
  let isa: sk_isa

  /// One row of `vocabulary` logits.
  subscript(row: Int) -> UnsafeBufferPointer<Float> {
    precondition(row >= 0 && row < rows)
    return UnsafeBufferPointer(start: base + row * vocabulary, count: vocabulary)
  }

  /// The most probable token of a row, the lowest id among equals.
  func argmax(_ row: Int) -> Int { sk_argmax(base + row * vocabulary, vocabulary) }

  /// The probability (temperature 1) of a token in a row.
  func probability(of token: Int, row: Int) -> Double {
    let logits = self[row]
    let maximum = logits[argmax(row)]
    let sum = sk_exp_sum(isa, logits.baseAddress, vocabulary, maximum, 1, nil)
    var one = logits[token]
    return Double(sk_exp_sum(isa, &one, 1, maximum, 1, nil)) / Double(sum)
  }

  /// The probabilities (temperature 1) of all tokens in a row.
  func distribution(_ row: Int) -> [Float] {
    let logits = self[row]
    return [Float](unsafeUninitializedCapacity: vocabulary) { buffer, count in
      let sum = sk_exp_sum(
        isa, logits.baseAddress, vocabulary, logits[argmax(row)], 1, buffer.baseAddress)
      for index in 0..<vocabulary { buffer[index] /= sum }
      count = vocabulary
    }
  }
}
