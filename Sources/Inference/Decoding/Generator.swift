import Checkpoints

/// Continues texts, given and returned as token ids. Its one KV cache is used again from one
/// generation to the next.
///
/// Not thread-safe: one generation at a time.
public final class Generator {
  /// The model in use.
  public let model: LanguageModel
  /// The most positions, prompt and emitted tokens together.
  public var capacity: Int { runner.cache.capacity }
  let runner: Runner
  /// The ids that end a text.
  public let endOfText: Set<Int>

  /// A generator with an empty cache.
  ///
  /// - Parameters:
  ///   - model: what to run.
  ///   - contextLength: the most positions; the model's own maximum where nil or larger. Memory is
  ///     only taken for positions that are used.
  ///   - endOfText: ids that end a text besides those of the model's configuration: the
  ///     tokenizer's.
  public init(
    model: LanguageModel, contextLength: Int? = nil, endOfText: [Int] = []
  ) {
    let maximum = model.configuration.contextLength
    self.model = model
    runner = Runner(model, capacity: max(1, min(contextLength ?? maximum, maximum)))
    self.endOfText = Set(model.configuration.endOfTextIDs + endOfText)
  }

  /// Continues a prompt.
  ///
  /// With a draft, greedy output is identical to plain decoding's token by token: a row's result
  /// does not depend on the rows computed with it, so a verification computes the very numbers that
  /// plain decoding would. Sampled output has exactly plain sampling's distribution. See
  /// <doc:Losslessness>.
  ///
  /// - Parameters:
  ///   - prompt: token ids; where empty, the model's beginning-of-text token.
  ///   - maximumTokens: the most tokens to emit; ≥ 0.
  ///   - sampling: how tokens are chosen.
  ///   - draft: how rounds are drafted; nil for plain decoding.
  ///   - ignoringEndOfText: go on after end-of-text tokens, for measuring.
  ///   - reusesCache: keep what the generation before left in the cache as far as both texts begin
  ///     with the same tokens, and compute only the others: for conversations. The output is the
  ///     same with and without.
  ///   - onTokens: called with the tokens of each round as they are emitted; false stops.
  ///   - isCancelled: asked from time to time while the prompt is computed; true stops.
  /// - Throws: where the prompt or the draft does not fit the model, or its weights are no numbers.
  public func generate(
    prompt: [Int], maximumTokens: Int, sampling: Sampling = .greedy, draft: Draft? = nil,
    ignoringEndOfText: Bool = false, reusesCache: Bool = false,
    onTokens: ([Int]) -> Bool = { _ in true }, isCancelled: (() -> Bool)? = nil
  ) throws(GenerationError) -> Generation {
    let prompt = try checked(prompt)
    let plan = try model.checkedPlan(for: draft?.model ?? .full)
    var state = GenerationState(
      maximum: maximumTokens, endOfText: ignoringEndOfText ? [] : endOfText,
      promptTokens: prompt.count)
    guard maximumTokens > 0 else { return state.generation }

    let clock = Stopwatch()
    state.telemetry.reusedTokenCount = begin(prompt, reusesCache)
    var chooser = TokenChooser(
      sampling, prompt: prompt, vocabularySize: model.configuration.vocabularySize)
    // Whatever ends this, the next text may begin as this one does.
    defer { runner.note(prompt + state.ids) }
    guard let logits = prefill(prompt[runner.cache.count...], until: isCancelled) else {
      state.finish = .interrupted
      state.telemetry.prefillSeconds = clock.seconds
      return state.generation
    }
    try model.check(logits, row: 0, at: prompt.count - 1)
    let first = chooser.choose(logits, row: 0)
    let prefill = clock.seconds
    state.telemetry.prefillSeconds = prefill
    state.emit([first], onTokens)
    chooser.append(state.ids)
    if state.finish == nil {
      if let draft {
        try speculate(prompt, plan, draft.stop, &state, &chooser, onTokens)
      } else {
        try decode(prompt, &state, &chooser, onTokens)
      }
    }
    state.telemetry.decodingSeconds = clock.seconds - prefill
    return state.generation
  }

  /// - Returns: the number of the prompt's tokens that are in the cache.
  private func begin(_ prompt: [Int], _ reusesCache: Bool) -> Int {
    if reusesCache { return runner.begin(keepingPrefixOf: prompt) }
    runner.begin(promptLength: prompt.count)
    return 0
  }

  /// Computes the rest of a prompt.
  ///
  /// - Returns: the last token's logits; nil where `isCancelled` said so before.
  private func prefill(_ rest: ArraySlice<Int>, until isCancelled: (() -> Bool)?) -> LogitsView? {
    var rest = rest
    // So much takes seconds at worst.
    let piece = 4 * Workspace.maximumRows
    while let isCancelled {
      if isCancelled() { return nil }
      guard rest.count > piece else { break }
      _ = runner.append(rest.prefix(piece))
      rest = rest.dropFirst(piece)
    }
    return runner.append(rest)
  }

  /// One token per pass of the full model.
  private func decode(
    _ prompt: [Int], _ state: inout GenerationState, _ chooser: inout TokenChooser,
    _ onTokens: ([Int]) -> Bool
  ) throws(GenerationError) {
    while state.finish == nil {
      guard runner.cache.count < capacity else {
        state.finish = .contextFull
        return
      }
      let clock = Stopwatch()
      stretchIfNeeded(prompt, state)
      let context = runner.cache.count
      let logits = runner.append(CollectionOfOne(state.last))
      try model.check(logits, row: 0, at: context)
      state.emit([chooser.choose(logits, row: 0)], onTokens)
      chooser.append(CollectionOfOne(state.last))
      state.add(
        Generation.Timing(
          context: context, draftSeconds: [], verificationSeconds: clock.seconds))
    }
  }
}

extension Generator {
  /// A prompt that fits the model: never empty.
  func checked(_ prompt: [Int]) throws(GenerationError) -> [Int] {
    var prompt = prompt
    if prompt.isEmpty {
      guard let begin = model.configuration.bosID else { throw .emptyPrompt }
      prompt = [begin]
    }
    let vocabulary = model.configuration.vocabularySize
    for token in prompt where token < 0 || token >= vocabulary {
      throw .tokenOutOfVocabulary(token: token, vocabularySize: vocabulary)
    }
    guard prompt.count <= capacity else {
      throw .promptTooLong(tokens: prompt.count, capacity: capacity)
    }
    return prompt
  }
}
