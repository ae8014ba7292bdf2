import Files

/// The BPE model of a `tokenizer.json`: vocabulary and merges.
struct BytePairEncoding: Sendable {
  let vocabulary: Vocabulary
  private let merges: MergeTable
  private let unknown: Int32?
  private let fusesUnknown: Bool
  private let ignoresMerges: Bool
  private let fallback: ByteFallback?
  /// The tokens of the first characters, which nearly all text is of; -1 for none.
  private let firstTokens: [Int32]

  init(_ file: TokenizerFile) throws(InputError) {
    let model = try file.root.required("model")
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let field = try model.optional(key), try !field.string().isEmpty {
        throw field.error("\"\(key)\" is not supported")
      }
    }
    // Dropout is for training; at 0 it is none.
    if let dropout = try model.optional("dropout"), try dropout.double() != 0 {
      throw dropout.error("BPE dropout is not supported: encoding would be random")
    }
    vocabulary = try Vocabulary(file)
    fusesUnknown = try model.optional("fuse_unk")?.bool() ?? false
    ignoresMerges = try model.optional("ignore_merges")?.bool() ?? false
    if let field = try model.optional("unk_token") {
      guard let id = vocabulary.ids.value(try field.string().utf8) else {
        throw field.error("\"\(try field.string())\" is not in the vocabulary")
      }
      unknown = id
    } else {
      unknown = nil
    }
    let hasFallback = try model.optional("byte_fallback")?.bool() ?? false
    fallback = hasFallback ? ByteFallback(vocabulary) : nil
    firstTokens = (UInt32(0)..<0x800).map { [vocabulary] value in
      Unicode.Scalar(value).flatMap { vocabulary.ids.value(String($0).utf8) } ?? -1
    }
    merges = try MergeTable(file, vocabulary)
  }

  /// Whether a character is a token, and no token has it behind another character: then no merge
  /// reaches over the place before a run of it. As a whole, a text would take O(n log n).
  func keepsApart(_ scalar: Unicode.Scalar) -> Bool {
    let unit = Array(String(scalar).utf8)
    guard !ignoresMerges, vocabulary.ids.value(unit) != nil else { return false }
    return vocabulary.texts.allSatisfy { text in
      guard let text, text.count > unit.count else { return true }
      var index = 0
      while text[index...].starts(with: unit) { index += unit.count }
      return index >= text.count || text[index...].firstRange(of: unit) == nil
    }
  }

  /// Whether a byte that is a character stands apart from all others: in no token but `<0x…>`, which
  /// no merge has.
  func standsApart(_ byte: UInt8) -> Bool {
    let name = ByteFallback.name(byte)
    guard !ignoresMerges, fallback != nil, vocabulary.ids.value(name) != nil else { return false }
    return vocabulary.texts.allSatisfy { text in
      guard let text else { return true }
      return !text.contains(byte) && (text.firstRange(of: name) == nil || text == name)
    }
  }

  /// Encodes one pre-tokenized piece, behind the ids that are there.
  func encode(_ piece: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
    guard !piece.isEmpty else { return }
    if ignoresMerges, let id = vocabulary.ids.value(piece) {
      ids.append(id)
      return
    }
    let start = ids.count
    appendSymbols(piece, to: &ids)
    if ids.count - start > 40 {
      mergeLong(&ids, from: start)
    } else {
      mergeShort(&ids, from: start)
    }
  }

  /// The ids of single characters; bytes or the unknown token for those that have none.
  private func appendSymbols(_ piece: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
    var unknowns: Int32?
    var position = 0
    while position < piece.count {
      if unknowns == nil, let id = firstToken(piece, &position) {
        ids.append(id)
        continue
      }
      let end = min(piece.count, position + piece[position].utf8Width)
      let character = UnsafeBufferPointer(rebasing: piece[position..<end])
      position = end
      if let id = vocabulary.ids.value(character) {
        // As in the reference implementation: an unknown one waits for the next known one.
        if let waiting = unknowns { ids.append(waiting) }
        unknowns = nil
        ids.append(id)
      } else if fallback?.append(character, to: &ids) == true {
        continue
      } else if let unknown {
        if let waiting = unknowns, !fusesUnknown { ids.append(waiting) }
        unknowns = unknown
      }
    }
    if let waiting = unknowns { ids.append(waiting) }
  }

  /// The token of a character of one or two bytes, which is passed over; nil for others.
  private func firstToken(_ piece: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Int32? {
    let byte = piece[position]
    if byte < 0x80, firstTokens[Int(byte)] >= 0 {
      position += 1
      return firstTokens[Int(byte)]
    }
    guard (0xC2..<0xE0).contains(byte), position + 1 < piece.count else { return nil }
    let id = firstTokens[Int(byte & 0x1F) << 6 | Int(piece[position + 1] & 0x3F)]
    guard id >= 0 else { return nil }
    position += 2
    return id
  }

  /// Applies merges, lowest rank first, the leftmost among equals. Words are short: each time the
  /// best of all pairs is looked for, and the ranks of pairs are kept.
  private func mergeShort(_ ids: inout [Int32], from start: Int) {
    var count = ids.count - start
    guard count > 1 else { return }
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { scratch in
      let ranks = UnsafeMutableBufferPointer(rebasing: scratch[..<count])
      let results = UnsafeMutableBufferPointer(rebasing: scratch[count...])
      ids.withUnsafeMutableBufferPointer { all in
        let symbols = UnsafeMutableBufferPointer(rebasing: all[start...])
        func rate(_ index: Int) {
          let merge = index + 1 < count ? merges[symbols[index], symbols[index + 1]] : nil
          ranks[index] = merge?.rank ?? .max
          results[index] = merge?.id ?? 0
        }
        for index in 0..<count { rate(index) }
        while true {
          var best = 0
          for index in 1..<max(1, count) where ranks[index] < ranks[best] { best = index }
          guard ranks[best] < .max else { break }
          symbols[best] = results[best]
          count -= 1
          var index = best + 1
          while index < count {
            symbols[index] = symbols[index + 1]
            ranks[index] = ranks[index + 1]
            results[index] = results[index + 1]
            index += 1
          }
          rate(best)
          if best > 0 { rate(best - 1) }
        }
      }
    }
    ids.removeLast(ids.count - start - count)
  }

  /// The same for long pieces in O(n log n): a heap of candidates over a linked list of symbols.
  private func mergeLong(_ ids: inout [Int32], from start: Int) {
    var symbols = Array(ids[start...])
    let count = symbols.count
    var next = Array(1...max(count, 1))
    var previous = Array(-1..<max(count, 1) - 1)
    var heap = MergeHeap(capacity: 2 * count)
    func candidate(_ left: Int) -> MergeHeap.Candidate? {
      guard left >= 0, next[left] < count,
        let merge = merges[symbols[left], symbols[next[left]]]
      else { return nil }
      return MergeHeap.Candidate(
        rank: merge.rank, position: left, left: symbols[left], right: symbols[next[left]],
        id: merge.id)
    }
    for left in 0..<max(0, count - 1) { candidate(left).map { heap.push($0) } }
    while let top = heap.pop() {
      let left = top.position
      // A candidate whose symbols have changed since is void.
      guard symbols[left] == top.left, next[left] < count, symbols[next[left]] == top.right
      else { continue }
      let right = next[left]
      symbols[left] = top.id
      symbols[right] = -1
      next[left] = next[right]
      if next[left] < count { previous[next[left]] = left }
      candidate(previous[left]).map { heap.push($0) }
      candidate(left).map { heap.push($0) }
    }
    ids.removeSubrange(start...)
    ids.append(contentsOf: symbols.lazy.filter { $0 >= 0 })
  }
}
