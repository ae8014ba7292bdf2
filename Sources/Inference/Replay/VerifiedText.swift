/// A decoded text with the KV cache of prompt and continuation: everything that a replay of drafting
/// needs to know of the full model.
public final class VerifiedText {
  /// The prompt and what the full model makes of it.
  public let text: GreedyText
  /// The full model's probability (temperature 1) of each of the continuation's tokens.
  public let probabilities: [Double]

  let cache: KVCache

  init(_ text: GreedyText, probabilities: [Double], cache: consuming KVCache) {
    self.text = text
    self.probabilities = probabilities
    self.cache = cache
  }

  /// The prompt's tokens, at least one.
  public var prompt: [Int] { text.prompt }
  /// The greedy continuation, at least one token.
  public var ids: [Int] { text.ids }
  /// Why the continuation ended.
  public var finish: Generation.Finish { text.finish }
  /// The emitted tokens after which a round may start: all but the last.
  public var positions: Range<Int> { text.positions }
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
    let text = GreedyText(
      prompt: prompt, ids: decoding.ids, finish: decoding.finish, maximumTokens: maximumTokens,
      capacity: end, endOfText: endOfText)
    return (try verified(text, runner.cache.copy()), decoding)
  }

  /// The second pass over a text that was decoded.
  ///
  /// - Parameter cache: of the prompt and all of the continuation but its last token.
  func verified(
    _ text: GreedyText, _ cache: consuming KVCache
  ) throws(GenerationError) -> VerifiedText {
    // Rows that predict each of `ids`: the prompt's last token, and the continuation but its last.
    let prompt = text.prompt
    let rows = [prompt[prompt.count - 1]] + text.ids.dropLast()
    let view = cache.view
    var probabilities: [Double] = []
    for start in stride(from: 0, to: rows.count, by: Workspace.maximumRows) {
      let piece = Array(rows[start..<min(start + Workspace.maximumRows, rows.count)])
      let first = prompt.count - 1 + start
      let placements = piece.indices.map {
        RowPlacement(
          position: first + $0, promptLength: prompt.count, cache: view, own: nil)
      }
      let logits = runner.run(piece, at: placements, runner.fullPlan, logits: .all)
      for row in piece.indices {
        let id = text.ids[start + row]
        try model.check(logits, row: row, at: first + row)
        guard logits.argmax(row) == id else { throw .notReproducible(position: start + row) }
        probabilities.append(logits.probability(of: id, row: row))
      }
    }
    return VerifiedText(text, probabilities: probabilities, cache: cache)
  }
}
