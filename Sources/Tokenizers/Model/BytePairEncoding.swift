import Files

/// The BPE model of a `tokenizer.json`: vocabulary and merges.
struct BytePairEncoding: Sendable {
  private struct Merge {
    let rank: Int
    let id: Int
  }

  private(set) var ids: [ByteString: Int] = [:]
  private(set) var tokens: [Int: ByteString] = [:]
  private var merges: [UInt64: Merge] = [:]
  private let unknown: Int?
  private let fusesUnknown: Bool
  private let ignoresMerges: Bool
  /// The token of each byte, where the model falls back to bytes and has all 256.
  private let byteTokens: [Int]?

  /// Far above any vocabulary, and safe in the packed pair of a merge.
  private static let maximumID = 1 << 24

  init(_ model: JSONField) throws(InputError) {
    let typeField = try model.optional("type")
    let type = try typeField?.string() ?? "BPE"
    guard type == "BPE" else {
      throw (typeField ?? model).error("tokenizer model \"\(type)\" is not supported; BPE is")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let field = try model.optional(key), try !field.string().isEmpty {
        throw field.error("\"\(key)\" is not supported")
      }
    }
    // Dropout is for training; at 0 it is none.
    if let dropout = try model.optional("dropout"), try dropout.double() != 0 {
      throw dropout.error("BPE dropout is not supported: encoding would be random")
    }
    let vocabulary = try model.required("vocab")
    for (key, field) in try vocabulary.members() {
      let id = try field.integer(in: 0...Self.maximumID)
      let bytes = key.byteString
      guard tokens[id] == nil, ids[bytes] == nil else {
        throw field.error("the id \(id) or the token is in the vocabulary twice")
      }
      ids[bytes] = id
      tokens[id] = bytes
    }
    fusesUnknown = try model.optional("fuse_unk")?.bool() ?? false
    ignoresMerges = try model.optional("ignore_merges")?.bool() ?? false
    if let field = try model.optional("unk_token") {
      guard let id = ids[try field.string().byteString] else {
        throw field.error("\"\(try field.string())\" is not in the vocabulary")
      }
      unknown = id
    } else {
      unknown = nil
    }
    byteTokens =
      try model.optional("byte_fallback")?.bool() ?? false ? Self.byteTokens(ids) : nil
    try readMerges(try model.required("merges"))
  }

  private static func byteTokens(_ ids: [ByteString: Int]) -> [Int]? {
    let found = (0..<256).compactMap { ids[byteTokenName(UInt8($0))] }
    return found.count == 256 ? found : nil
  }

  /// `<0x0A>`
  static func byteTokenName(_ byte: UInt8) -> ByteString {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x\(digits.count == 1 ? "0" : "")\(digits)>".byteString
  }

  private mutating func readMerges(_ field: JSONField) throws(InputError) {
    guard case .array(let entries) = field.value else { throw field.mismatch("an array") }
    merges.reserveCapacity(entries.count)
    for (rank, entry) in entries.enumerated() {
      let pair: [ByteString]
      switch entry {
      case .string(let text):
        pair = text.byteString.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
          .map(Array.init)
      case .array(let parts):
        pair = parts.compactMap { if case .string(let text) = $0 { text.byteString } else { nil } }
      default: pair = []
      }
      let location = { JSONField(entry, file: field.file, path: "\(field.path)[\(rank)]") }
      guard pair.count == 2 else { throw location().error("expected a pair of tokens") }
      guard let left = ids[pair[0]], let right = ids[pair[1]], let id = ids[pair[0] + pair[1]]
      else {
        throw location().error("names a token, or makes one, that is not in the vocabulary")
      }
      let key = Self.key(left, right)
      // A pair that is listed twice keeps its last rank, as in the reference implementation.
      merges[key] = Merge(rank: rank, id: id)
    }
  }

  private static func key(_ left: Int, _ right: Int) -> UInt64 {
    UInt64(left) << 32 | UInt64(right)
  }

  /// Encodes one pre-tokenized piece.
  func encode(_ piece: some Collection<Unicode.Scalar>) -> [Int] {
    guard !piece.isEmpty else { return [] }
    if ignoresMerges {
      var whole: ByteString = []
      for scalar in piece { whole.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? []) }
      if let id = ids[whole] { return [id] }
    }
    return merge(symbols(piece))
  }

  /// The ids of single characters; bytes or the unknown token for those that have none.
  private func symbols(_ piece: some Collection<Unicode.Scalar>) -> [Int] {
    var symbols: [Int] = []
    symbols.reserveCapacity(piece.count)
    var lastWasUnknown = false
    for scalar in piece {
      let bytes = UTF8.encode(scalar).map(Array.init) ?? []
      if let id = ids[bytes] {
        symbols.append(id)
        lastWasUnknown = false
      } else if let byteTokens {
        symbols.append(contentsOf: bytes.map { byteTokens[Int($0)] })
        lastWasUnknown = false
      } else if let unknown {
        if !(lastWasUnknown && fusesUnknown) { symbols.append(unknown) }
        lastWasUnknown = true
      }
    }
    return symbols
  }

  /// Applies merges, lowest rank first, the leftmost among equals: O(n log n) with a heap of
  /// candidates over a linked list of symbols.
  private func merge(_ symbols: [Int]) -> [Int] {
    var symbols = symbols
    let count = symbols.count
    var next = Array(1...max(count, 1))
    var previous = Array(-1..<max(count, 1) - 1)
    var heap = CandidateHeap()
    func candidate(_ left: Int) -> CandidateHeap.Candidate? {
      guard left >= 0, next[left] < count,
        let merge = merges[Self.key(symbols[left], symbols[next[left]])]
      else { return nil }
      return CandidateHeap.Candidate(
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
    return symbols.filter { $0 >= 0 }
  }
}

/// A binary heap of merges to do, the lowest rank on top, the leftmost among equals.
private struct CandidateHeap {
  struct Candidate {
    let rank: Int
    let position: Int
    let left: Int
    let right: Int
    let id: Int

    func precedes(_ other: Candidate) -> Bool {
      rank == other.rank ? position < other.position : rank < other.rank
    }
  }

  private var items: [Candidate] = []

  mutating func push(_ item: Candidate) {
    items.append(item)
    var child = items.count - 1
    while child > 0, items[child].precedes(items[(child - 1) / 2]) {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Candidate? {
    guard let top = items.first else { return nil }
    let last = items.removeLast()
    if !items.isEmpty {
      items[0] = last
      var parent = 0
      while true {
        var best = parent
        for child in [2 * parent + 1, 2 * parent + 2]
        where child < items.count && items[child].precedes(items[best]) { best = child }
        if best == parent { break }
        items.swapAt(parent, best)
        parent = best
      }
    }
    return top
  }
}
