/// A prompt with the full model's greedy continuation, and the KV cache of both: everything that a
/// replay of drafting needs to know of the full model.
///
/// Greedy speculation emits what plain decoding emits, whatever is drafted, so this is the text
/// that every draft runs along.
public final class VerifiedText {
  /// The prompt's tokens, at least one.
  public let prompt: [Int]
  /// The greedy continuation, at least one token.
  public let ids: [Int]
  /// The full model's probability (temperature 1) of each of `ids`.
  public let probabilities: [Double]
  /// Why the continuation ended.
  public let finish: Generation.Finish
  /// The most tokens that it might have had.
  public let maximumTokens: Int

  /// What the context drafts at each of `positions`.
  public let lookups: [LookupRecord]

  let cache: KVCache
  /// The most positions of the generator that made it.
  let capacity: Int
  let endOfText: Set<Int>

  init(
    prompt: [Int], ids: [Int], probabilities: [Double], finish: Generation.Finish,
    maximumTokens: Int, cache: consuming KVCache, capacity: Int, endOfText: Set<Int>
  ) {
    self.prompt = prompt
    self.ids = ids
    self.probabilities = probabilities
    self.finish = finish
    self.maximumTokens = maximumTokens
    self.cache = cache
    self.capacity = capacity
    self.endOfText = endOfText
    var text = ContextLookup(prompt)
    lookups = ids.indices.dropLast().map { index in
      text.append(ids[index])
      let limit = Generator.draftLimit(
        remaining: maximumTokens - index - 1, room: capacity - prompt.count - index)
      return LookupRecord(
        of: text, before: ids[(index + 1)...], upTo: limit, endOfText: endOfText)
    }
  }

  /// The emitted tokens after which a round may start: all but the last.
  public var positions: Range<Int> { 0..<ids.count - 1 }

  /// Where in the KV cache a round begins whose last verified token is `ids[position]`.
  func cachePosition(of position: Int) -> Int { prompt.count + position }

  /// The most tokens that decoding would draft in a round after `ids[position]`, whatever the rule.
  public func draftLimit(at position: Int) -> Int {
    Generator.draftLimit(
      remaining: maximumTokens - position - 1, room: capacity - cachePosition(of: position))
  }
}

extension Generator {
  /// Decodes a prompt plainly and greedily, and keeps what a replay needs.
  ///
  /// The probabilities come from a second pass over the whole continuation at once. It must find
  /// the same tokens: should the engine's arithmetic depend on the number of rows on this machine,
  /// nothing that a replay or a verification says would hold.
  ///
  /// - Parameters:
  ///   - prompt: token ids; where empty, the model's beginning-of-text token.
  ///   - maximumTokens: the most tokens to emit; at least 1.
  ///   - isStopped: asked while decoding; true ends with `finish` = `interrupted` and no text.
  /// - Returns: the text (nil where it was interrupted) and the plain decoding that made it.
  /// - Throws: where the prompt does not fit the model, or the passes disagree.
  public func verifiedText(
    prompt: [Int], maximumTokens: Int, isStopped: () -> Bool = { false }
  ) throws(GenerationError) -> (text: VerifiedText?, decoding: Generation) {
    precondition(maximumTokens >= 1)
    let prompt = try checked(prompt)
    // A text of which all positions can be replayed on one cache.
    let end = segmentEnd(prompt.count - 1, promptLength: prompt.count)
    let decoding = try generate(
      prompt: prompt,
      maximumTokens: end < capacity ? min(maximumTokens, end - prompt.count + 1) : maximumTokens,
      onTokens: { _ in !isStopped() })
    guard decoding.finish != .interrupted else { return (nil, decoding) }
    let ids = decoding.ids
    let cache = runner.cache.copy()

    // Rows that predict each of `ids`: the prompt's last token, and the continuation but its last.
    let rows = [prompt[prompt.count - 1]] + ids.dropLast()
    var probabilities: [Double] = []
    for start in stride(from: 0, to: rows.count, by: Workspace.maximumRows) {
      let piece = rows[start..<min(start + Workspace.maximumRows, rows.count)]
      let logits = runner.run(
        piece, at: prompt.count - 1 + start, runner.fullPlan, logits: .all)
      for row in 0..<piece.count {
        let id = ids[start + row]
        try model.check(logits, row: row, at: prompt.count - 1 + start + row)
        guard logits.argmax(row) == id else { throw .notReproducible(position: start + row) }
        probabilities.append(logits.probability(of: id, row: row))
      }
    }
    let text = VerifiedText(
      prompt: prompt, ids: ids, probabilities: probabilities, finish: decoding.finish,
      maximumTokens: maximumTokens, cache: cache, capacity: end, endOfText: endOfText)
    return (text, decoding)
  }
}
