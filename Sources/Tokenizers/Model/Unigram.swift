import Files

/// The Unigram model of a `tokenizer.json` (Kudo 2018, "Subword Regularization", section 3.2; the
/// Viterbi algorithm over the pieces that begin at each character): of all ways to cut a text into
/// pieces the one with the highest sum of scores, added up from the left in 64 bits; among equals
/// the one whose last piece is the longest.
struct Unigram: Sendable {
  let vocabulary: Vocabulary
  private let scores: [Double]
  private let trie: PieceTrie
  private let unknown: Int32
  /// The score of a character that is no piece.
  private let unknownScore: Double
  private let fallback: ByteFallback?

  /// The best way to a place in the text.
  private struct Way {
    var score: Double
    /// Where its last piece begins, from the beginning of the window; -1 where none came here.
    var start: Int32
    var id: Int32

    static let none = Way(score: 0, start: -1, id: 0)
  }

  /// How far below the lowest of all scores a character is that is no piece: `kUnkPenalty`.
  private static let unknownPenalty = 10.0

  init(_ file: TokenizerFile) throws(InputError) {
    let model = try file.root.required("model")
    let scored = try ScoredVocabulary(file)
    vocabulary = scored.vocabulary
    scores = scored.scores
    guard let field = try model.optional("unk_id") else {
      throw model.error("a Unigram model without \"unk_id\" cannot encode every text")
    }
    guard let count = Int32(exactly: scores.count), count > 0 else {
      throw try model.required("vocab").error("the vocabulary is empty")
    }
    unknown = Int32(try field.integer(in: 0...Int(count) - 1))
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    let hasFallback = try model.optional("byte_fallback")?.bool() ?? false
    fallback = hasFallback ? ByteFallback(scored.vocabulary) : nil
    trie = PieceTrie(scored.vocabulary.ids)
  }

  /// Encodes one pre-tokenized piece, behind the ids that are there.
  func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
    guard text.count < Int32.max else { return }
    var window = Window(text)
    scores.withUnsafeBufferPointer { scores in
      trie.nodes.withUnsafeBufferPointer { nodes in
        var position = 0
        while position < text.count {
          // Where no piece reaches beyond, all ways meet: what is before is certain.
          if position == window.reach { finish(&window, &ids) }
          let score = window.score(at: position)
          let width = position + text[position].utf8Width
          var isKnown = false
          var node = 0
          var end = position
          while end < text.count {
            let child = Int(nodes[node].children) &+ Int(text[end])
            guard nodes[child].parent == node, child > 0 else { break }
            node = child
            end &+= 1
            let id = nodes[node].id
            guard id >= 0 else { continue }
            window.add(position, end, score + scores[Int(id)], id)
            if end == width { isKnown = true }
          }
          if !isKnown { window.add(position, width, score + unknownScore, unknown) }
          position = width
        }
      }
    }
    finish(&window, &ids)
    appendUnknown(&window, &ids)
  }

  /// The part of a text of which it is not yet certain how it is cut.
  private struct Window {
    let text: UnsafeBufferPointer<UInt8>
    /// Where it begins, and how far pieces reach.
    var start = 0
    var reach = 0
    var ways = [Way](repeating: .none, count: 64)
    /// Characters that are no pieces, and follow one another: together they are one token.
    var unknown = 0..<0
    /// The pieces of the best way, from the last to the first.
    var pieces: [(range: Range<Int>, id: Int32)] = []

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    func score(at position: Int) -> Double { ways[position &- start].score }

    mutating func add(_ from: Int, _ end: Int, _ score: Double, _ id: Int32) {
      let offset = end &- start
      if offset >= ways.count { ways += repeatElement(.none, count: max(offset, ways.count)) }
      if ways[offset].start < 0 || score > ways[offset].score {
        ways[offset] = Way(score: score, start: Int32(truncatingIfNeeded: from &- start), id: id)
      }
      if end > reach { reach = end }
    }

    /// Begins anew at the end of what was read.
    mutating func restart() {
      let last = ways[reach - start]
      for offset in 0...reach - start { ways[offset] = .none }
      ways[0].score = last.score
      start = reach
    }
  }

  /// Takes the best way through the window.
  private func finish(_ window: inout Window, _ ids: inout [Int32]) {
    window.pieces.removeAll(keepingCapacity: true)
    var offset = window.reach - window.start
    while offset > 0 {
      let way = window.ways[offset]
      let start = Int(way.start)
      window.pieces.append((window.start + start..<window.start + offset, way.id))
      offset = start
    }
    for (range, id) in window.pieces.reversed() {
      if id == unknown {
        let isNext = window.unknown.upperBound == range.lowerBound && !window.unknown.isEmpty
        window.unknown = (isNext ? window.unknown.lowerBound : range.lowerBound)..<range.upperBound
      } else {
        appendUnknown(&window, &ids)
        ids.append(id)
      }
    }
    window.restart()
  }

  /// A run that is no piece: a token after all where the vocabulary has it, bytes, or unknown.
  private func appendUnknown(_ window: inout Window, _ ids: inout [Int32]) {
    guard !window.unknown.isEmpty else { return }
    let run = UnsafeBufferPointer(rebasing: window.text[window.unknown])
    window.unknown = 0..<0
    if let id = vocabulary.ids.value(run) {
      ids.append(id)
    } else if fallback?.append(run, to: &ids) != true {
      ids.append(unknown)
    }
  }
}
