import Inference

/// A model's tokens in the order of their use to a draft.
///
/// First those that end a text; then those that the model emitted for several prompts, the ones of
/// most prompts first (a token of one prompt alone says nothing of others); then the rest by id: byte
/// pair encoding learns frequent tokens first, so ids are ranks of frequency in the tokenizer's own
/// text.
public struct VocabularyRanking: Sendable {
  private let ids: [UInt32]

  /// - Parameters:
  ///   - outputs: what the model emitted, one text for each prompt; may be empty.
  ///   - endOfText: the ids that end a text.
  ///   - vocabularySize: the model's tokens, at least 1.
  public init(outputs: some Sequence<[Int]>, endOfText: some Sequence<Int>, vocabularySize: Int) {
    var prompts = [Int](repeating: 0, count: vocabularySize)
    for output in outputs {
      for id in Set(output) { prompts[id] += 1 }
    }
    let ends = Set(endOfText).filter { $0 >= 0 && $0 < vocabularySize }.sorted()
    for id in ends { prompts[id] = .max }
    let seen = prompts.indices.filter { prompts[$0] > 1 }
      .sorted { (prompts[$1], $0) < (prompts[$0], $1) }
    ids = (seen + prompts.indices.filter { prompts[$0] <= 1 }).map { UInt32($0) }
  }

  /// The number of tokens.
  public var count: Int { ids.count }

  /// The first `count` tokens; nil where that is all of them.
  public func first(_ count: Int) -> DraftVocabulary? {
    precondition(count >= 1)
    return count >= ids.count ? nil : DraftVocabulary(ids.prefix(count))
  }
}
