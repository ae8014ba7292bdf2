import Files
import GGUF

/// The merges of a vocabulary that has scores instead, as SentencePiece's have: what becomes the
/// token with the highest score is merged first. How they are listed is Hugging Face's way
/// (`SentencePieceExtractor` of transformers).
struct ScoredMerges {
  /// Ids of the two parts, in order.
  private(set) var pairs: [(left: Int, right: Int)] = []

  init(_ vocabulary: GGUFVocabulary, scores: [Double]) {
    var ids = ByteTable(capacity: vocabulary.tokens.count)
    for (id, token) in vocabulary.tokens.enumerated() where Self.isMerged(vocabulary.kinds[id]) {
      token.withUnsafeBufferPointer { _ = ids.insert($0, Int32(id)) }
    }
    struct Merge {
      let score: Double
      let left: Int
      let right: Int
      let lengths: (Int, Int)
    }
    var merges: [Merge] = []
    for (id, token) in vocabulary.tokens.enumerated() where Self.isMerged(vocabulary.kinds[id]) {
      token.withUnsafeBufferPointer { token in
        let first = merges.count
        let length = token.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        var characters = 0
        for cut in 0..<token.count where token[cut] & 0xC0 != 0x80 {
          defer { characters += 1 }
          guard cut > 0,
            let left = ids.value(UnsafeBufferPointer(rebasing: token[..<cut])),
            let right = ids.value(UnsafeBufferPointer(rebasing: token[cut...]))
          else { continue }
          merges.append(
            Merge(
              score: scores[id], left: Int(left), right: Int(right),
              lengths: (characters, length - characters)))
        }
        merges[first...].sort { ($0.left, $0.right) < ($1.left, $1.right) }
      }
    }
    // Equal ones stay in order.
    let order = merges.indices.sorted { one, other in
      let (a, b) = (merges[one], merges[other])
      if a.score != b.score { return a.score > b.score }
      if a.lengths != b.lengths { return a.lengths > b.lengths }
      return one < other
    }
    pairs = order.map { (merges[$0].left, merges[$0].right) }
  }

  private static func isMerged(_ kind: GGUFVocabulary.Kind) -> Bool {
    kind == .normal || kind == .userDefined || kind == .unused
  }
}
