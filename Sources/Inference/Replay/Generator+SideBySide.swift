/// Many texts are decoded side by side: a pass has a row of each, so that it reads the weights once
/// for all of them. A row's result does not depend on the rows computed with it, and the texts are
/// those of decoding one after another, bit for bit.
extension Generator {
  /// Whether texts can be decoded side by side: no row may need to know how long its text's prompt
  /// was, for a pass knows one prompt's length.
  public var decodesSideBySide: Bool {
    let configuration = model.configuration
    return !configuration.ropeScaling.dependsOnLength
      && !(configuration.localRope?.scaling.dependsOnLength ?? false)
  }

  /// Decodes prompts plainly and greedily, and keeps what replays need of them; see
  /// `verifiedText(prompt:maximumTokens:isStopped:)`, which takes longer and tells how long.
  ///
  /// - Precondition: `decodesSideBySide`.
  /// - Parameters:
  ///   - prompts: token ids of each; where empty, the model's beginning-of-text token.
  ///   - maximumTokens: the most tokens to emit for each; at least 1.
  ///   - isStopped: asked between passes.
  /// - Returns: a text for each prompt, or why there is none: the prompt does not fit the model, or
  ///   the passes disagree. Nil where it was stopped.
  public func verifiedTexts(
    prompts: [[Int]], maximumTokens: Int, isStopped: () -> Bool = { false }
  ) -> [Result<VerifiedText, GenerationError>]? {
    precondition(maximumTokens >= 1 && decodesSideBySide)
    var results: [Result<VerifiedText, GenerationError>?] = prompts.map { _ in nil }
    var waiting = prompts.indices[...]
    var texts: [TextOnItsWay] = []
    while !waiting.isEmpty || !texts.isEmpty {
      guard !isStopped() else { return nil }
      // A text that ends makes room for the next, so that passes stay full until the last few.
      if texts.count < Workspace.maximumRows, let number = waiting.popFirst() {
        do throws(GenerationError) {
          texts.append(try begin(prompts[number], number, maximumTokens))
        } catch {
          results[number] = .failure(error)
        }
      } else {
        step(texts)
      }
      texts.removeAll { text in
        guard text.isOver else { return false }
        results[text.number] = result(of: text)
        return true
      }
    }
    return results.compactMap(\.self)
  }

  /// Computes a prompt, and chooses its first token.
  private func begin(
    _ prompt: [Int], _ number: Int, _ maximumTokens: Int
  ) throws(GenerationError) -> TextOnItsWay {
    let prompt = try checked(prompt)
    runner.begin(promptLength: prompt.count)
    let logits = runner.append(prompt)
    try model.check(logits, row: 0, at: prompt.count - 1)
    let text = TextOnItsWay(
      number: number, prompt: prompt, maximumTokens: maximumTokens, capacity: capacity,
      endOfText: endOfText,
      // The last token that is emitted has no entries.
      cache: runner.cache.copy(capacity: min(capacity, prompt.count + maximumTokens - 1)))
    text.emit(logits.argmax(0))
    return text
  }

  /// Chooses the next token of each text.
  private func step(_ texts: [TextOnItsWay]) {
    let logits = runner.run(
      texts.map(\.state.last), at: texts.map(\.placement), runner.fullPlan, logits: .all)
    for (row, text) in texts.enumerated() {
      do throws(GenerationError) {
        try model.check(logits, row: row, at: text.placement.position)
        text.append(logits.argmax(row))
      } catch {
        text.failure = error
      }
    }
  }

  private func result(of text: TextOnItsWay) -> Result<VerifiedText, GenerationError> {
    if let failure = text.failure { return .failure(failure) }
    do throws(GenerationError) {
      return .success(try verified(text.text, text.cache.copy()))
    } catch {
      return .failure(error)
    }
  }
}
