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
  ///   - onTokens: called with the tokens of each round as they are emitted; false stops.
  /// - Throws: where the prompt or the draft does not fit the model.
  public func generate(
    prompt: [Int], maximumTokens: Int, sampling: Sampling = .greedy, draft: Draft? = nil,
    ignoringEndOfText: Bool = false, onTokens: ([Int]) -> Bool = { _ in true }
  ) throws(GenerationError) -> Generation {
    let prompt = try checked(prompt)
    let plan = try model.checkedPlan(for: draft?.model ?? .full)
    var state = GenerationState(
      maximum: maximumTokens, endOfText: ignoringEndOfText ? [] : endOfText,
      promptTokens: prompt.count)
    guard maximumTokens > 0 else { return state.generation }

    let clock = Stopwatch()
    runner.begin(promptLength: prompt.count)
    var chooser = TokenChooser(sampling)
    let logits = runner.append(prompt)
    let first = chooser.choose(logits, row: 0)
    let prefill = clock.seconds
    state.telemetry.prefillSeconds = prefill
    state.emit([first], onTokens)
    if state.finish == nil {
      if let draft {
        speculate(prompt, plan, draft.stop, &state, &chooser, onTokens)
      } else {
        decode(&state, &chooser, onTokens)
      }
    }
    state.telemetry.decodingSeconds = clock.seconds - prefill
    return state.generation
  }

  /// One token per pass of the full model.
  private func decode(
    _ state: inout GenerationState, _ chooser: inout TokenChooser, _ onTokens: ([Int]) -> Bool
  ) {
    while state.finish == nil {
      guard runner.cache.count < capacity else {
        state.finish = .contextFull
        return
      }
      let clock = Stopwatch()
      let context = runner.cache.count
      let logits = runner.append(CollectionOfOne(state.last))
      state.emit([chooser.choose(logits, row: 0)], onTokens)
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
