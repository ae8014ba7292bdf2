import Files

/// How pieces of text become tokens: the `model` of a `tokenizer.json`.
enum TokenizerModel: Sendable {
  case bytePairs(BytePairEncoding)
  case unigram(Unigram)

  init(_ file: TokenizerFile) throws(InputError) {
    let typeField = try file.root.required("model").optional("type")
    switch try typeField?.string() ?? "BPE" {
    case "BPE": self = .bytePairs(try BytePairEncoding(file))
    case "Unigram": self = .unigram(try Unigram(file))
    case let type:
      throw (typeField ?? file.root).error(
        "tokenizer model \"\(type)\" is not supported; BPE and Unigram are, which decoders have")
    }
  }

  var vocabulary: Vocabulary {
    switch self {
    case .bytePairs(let model): model.vocabulary
    case .unigram(let model): model.vocabulary
    }
  }

  /// Encodes one pre-tokenized piece, behind the ids that are there.
  func encode(_ piece: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
    switch self {
    case .bytePairs(let model): model.encode(piece, into: &ids)
    case .unigram(let model): model.encode(piece, into: &ids)
    }
  }

  func encode(_ piece: some Collection<UInt8>) -> [Int] {
    var ids: [Int32] = []
    Array(piece).withUnsafeBufferPointer { encode($0, into: &ids) }
    return ids.map(Int.init)
  }

  /// Whether cutting before runs of a character changes no id.
  func keepsApart(_ scalar: Unicode.Scalar) -> Bool {
    // Sums of scores begin where the text does: cut, they would be rounded elsewhere.
    if case .bytePairs(let model) = self { model.keepsApart(scalar) } else { false }
  }

  /// Whether cutting before and behind a byte that is a character changes no id.
  func standsApart(_ byte: UInt8) -> Bool {
    if case .bytePairs(let model) = self { model.standsApart(byte) } else { false }
  }
}
