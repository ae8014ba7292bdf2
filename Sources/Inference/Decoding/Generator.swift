import Checkpoints

/// Generates text's tokens with one KV cache, which is reused from one generation to the next.
///
/// Not thread-safe: one generation at a time.
public final class Generator {
  /// The model in use.
  public let model: LanguageModel
  /// The most positions, prompt and emitted tokens together.
  public var capacity: Int { runner.cache.capacity }
  let runner: Runner
  let nothingSkipped: SkipMask
  let endOfText: Set<Int>

  /// A generator with an empty cache.
  ///
  /// - Parameters:
  ///   - model: what to run.
  ///   - contextLength: the most positions; the model's own maximum where nil or larger. Memory is
  ///     only taken for positions that are used.
  ///   - endOfText: ids that end a text besides those of the model's configuration: the tokenizer's.
  public init(
    model: LanguageModel, contextLength: Int? = nil, endOfText: [Int] = []
  ) {
    let maximum = model.configuration.maxPositionEmbeddings
    self.model = model
    runner = Runner(model, capacity: max(1, min(contextLength ?? maximum, maximum)))
    nothingSkipped = SkipMask(.none, layerCount: model.layers.count)
    self.endOfText = Set(model.configuration.endOfTextIDs + endOfText)
  }

  /// Continues a prompt.
  ///
  /// With a draft, greedy output is identical to plain decoding's token by token: a row's result
  /// does not depend on the rows computed with it, so a verification computes the very numbers that
  /// plain decoding would. Sampled output has exactly plain sampling's law.
  ///
  /// - Parameters:
  ///   - prompt: token ids; where empty, the model's beginning-of-text token.
  ///   - maximumTokens: the most tokens to emit; ≥ 0.
  ///   - sampling: how tokens are chosen.
  ///   - draft: how rounds are drafted; nil for plain decoding.
  ///   - ignoringEndOfText: go on after end-of-text tokens, for measuring.
  ///   - onTokens: called with the tokens of each round as they are emitted; false stops.
  /// - Throws: where the prompt or the skip set does not fit the model.
  public func generate(
    prompt: [Int], maximumTokens: Int, sampling: Sampling = .greedy, draft: Draft? = nil,
    ignoringEndOfText: Bool = false, onTokens: ([Int]) -> Bool = { _ in true }
  ) throws(GenerationError) -> Generation {
    let prompt = try checked(prompt)
    if let draft, !draft.model.skip.fits(layerCount: model.layers.count) {
      throw .skipSetOutOfRange(layerCount: model.layers.count)
    }
    var output = Output(
      maximum: maximumTokens, endOfText: ignoringEndOfText ? [] : endOfText,
      promptTokens: prompt.count)
    guard maximumTokens > 0 else { return output.generation }

    let start = monotonicSeconds()
    runner.cache.truncate(to: 0)
    var chooser = TokenChooser(sampling)
    let logits = runner.prefill(prompt)
    output.last = chooser.choose(logits, row: 0)
    let afterPrefill = monotonicSeconds()
    output.telemetry.prefillSeconds = afterPrefill - start
    output.emit([output.last], onTokens)
    if output.finish == nil {
      if let draft {
        speculate(draft, &output, &chooser, onTokens)
      } else {
        decode(&output, &chooser, onTokens)
      }
    }
    output.telemetry.decodingSeconds = monotonicSeconds() - afterPrefill
    return output.generation
  }

  /// One token per pass of the full model.
  private func decode(
    _ output: inout Output, _ chooser: inout TokenChooser, _ onTokens: ([Int]) -> Bool
  ) {
    while output.finish == nil {
      guard runner.cache.count < capacity else {
        output.finish = .contextFull
        return
      }
      let start = monotonicSeconds()
      let context = runner.cache.count
      let logits = runner.prefill(CollectionOfOne(output.last))
      output.telemetry.targetModelCallCount += 1
      output.last = chooser.choose(logits, row: 0)
      output.emit([output.last], onTokens)
      output.timings.append(
        Generation.Timing(
          context: context, draftSeconds: [], verificationSeconds: monotonicSeconds() - start))
    }
  }

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
