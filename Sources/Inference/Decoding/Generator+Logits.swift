extension Generator {
  /// The logits of every position of a text, without generating.
  ///
  /// - Parameters:
  ///   - tokens: the text; its positions count from 0.
  ///   - draft: what computes them.
  ///   - prefix: nil: every position goes through `draft`. A number K: the first K tokens go
  ///     through the full model, and positions from K on are drafted by `draft` one by one, each
  ///     reading the full model's cache before K and the draft's own entries from K on.
  ///   - body: called with each position (from 0, or from K) and its logits; −∞ for tokens that the
  ///     draft's head does not know.
  /// - Throws: where the tokens or the draft model do not fit the model.
  public func logits(
    of tokens: [Int], through draft: DraftModel = .full, draftingFrom prefix: Int? = nil,
    _ body: (_ position: Int, _ logits: UnsafeBufferPointer<Float>) -> Void
  ) throws(GenerationError) {
    let tokens = try checked(tokens)
    let plan = try model.checkedPlan(for: draft)
    precondition((prefix ?? 0) >= 0 && (prefix ?? 0) <= tokens.count)
    runner.begin(promptLength: prefix ?? tokens.count)
    if let prefix, prefix > 0 { _ = runner.append(tokens[..<prefix]) }
    let step = prefix == nil ? Workspace.maximumRows : 1
    for start in stride(from: prefix ?? 0, to: tokens.count, by: step) {
      let piece = tokens[start..<min(start + step, tokens.count)]
      let view = runner.run(piece, at: start, plan, logits: .all)
      for row in 0..<piece.count {
        guard draft.head.vocabulary != nil else {
          body(start + row, view[row])
          continue
        }
        view.scattered(Array(view[row]), elsewhere: -.infinity)
          .withUnsafeBufferPointer { body(start + row, $0) }
      }
    }
  }
}
