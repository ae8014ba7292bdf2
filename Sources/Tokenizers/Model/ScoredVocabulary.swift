import Files

/// The vocabulary of a Unigram model: `[["token", score], …]`, ids in order.
struct ScoredVocabulary {
  let vocabulary: Vocabulary
  let scores: [Double]

  init(_ file: TokenizerFile) throws(InputError) {
    guard let range = file.scoredVocabulary else {
      throw try file.root.required("model").required("vocab").mismatch("an array")
    }
    var ids = ByteTable(capacity: range.count / 32)
    var texts: [ByteString?] = []
    var scores: [Double] = []
    let isRead = file.bytes.withUnsafeBufferPointer { bytes -> Bool in
      var raw = RawJSON(bytes, at: range.lowerBound)
      let whole = UnsafeBufferPointer(rebasing: bytes[range])
      guard String(validating: whole, as: UTF8.self) != nil, raw.takes("[") else { return false }
      if raw.takes("]") { return true }
      repeat {
        guard raw.takes("["), let (token, hasEscapes) = raw.rawString(), raw.takes(","),
          let score = raw.score(), raw.takes("]"), texts.count < Vocabulary.maximumID,
          let text = raw.text(token, hasEscapes, Array.init)
        else { return false }
        // A token that is there twice has its last id, as in the reference implementation.
        ids.insert(text, Int32(texts.count))
        texts.append(text)
        scores.append(score)
      } while raw.takes(",")
      return raw.takes("]") && raw.position == range.upperBound
    }
    guard isRead else {
      _ = try file.error("vocab")
      throw InputError(
        file: file.path, field: "model.vocab[\(texts.count)]", "expected a token and its score")
    }
    vocabulary = Vocabulary(ids: ids, texts: texts)
    self.scores = scores
  }
}
