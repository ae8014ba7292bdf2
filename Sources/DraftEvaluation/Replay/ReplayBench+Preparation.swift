import Inference

extension ReplayBench {
  /// Decodes every prompt plainly, keeps what replays need, measures what passes cost, and makes
  /// the bench of it.
  ///
  /// - Parameters:
  ///   - generator: decodes and replays; not used by anybody else meanwhile.
  ///   - prompts: at least one.
  ///   - costs: what passes cost; nil: they are measured. A resumed study must not judge later
  ///     trials by other costs.
  public static func prepare(
    generator: Generator, prompts: [EncodedPrompt], options: Options, costs: CostModel? = nil,
    until stop: StopSignal
  ) throws(EvaluationError) -> ReplayBench {
    precondition(!prompts.isEmpty)
    let start = Stopwatch()
    // Wakes threads and brings the weights into memory.
    _ = try text(generator, prompts[0], options, stop)
    var texts: [VerifiedText] = []
    var promptOfText: [Int] = []
    var total = DecodingTelemetry()
    var looping = 0
    for (index, prompt) in prompts.enumerated() {
      let (text, decoding) = try text(generator, prompt, options, stop)
      total += decoding.telemetry
      if RepetitiveTail(of: decoding.ids, decoding.finish) != nil { looping += 1 }
      guard !text.positions.isEmpty else { continue }
      texts.append(text)
      promptOfText.append(index)
    }
    guard let speed = total.tokensPerSecond, !texts.isEmpty else { throw .nothingToMeasure }
    let replayer = DraftReplayer(
      generator, texts: texts,
      draftMaximum: min(options.draftMaximum, StopRule.largestMaximum),
      lookupMaximum: max(options.policy.lookup.maximum, options.lookupMaximum))
    let choices =
      options.choices
      ?? options.policy.choices(
        VocabularyRanking(
          outputs: texts.map(\.ids), endOfText: generator.endOfText,
          vocabularySize: generator.model.configuration.vocabularySize),
        draftMaximum: replayer.draftMaximum, shape: DraftShape(generator.model))
    let measured: CostModel
    if let costs {
      measured = costs
    } else {
      measured = try CostMeasurement.measure(
        generator: generator, prompts: texts.map(\.prompt), choices: choices,
        longestRound: replayer.lookupMaximum, seed: options.seed, until: stop)
    }
    return ReplayBench(
      texts: texts.map(\.text), promptOfText: promptOfText, replayer: replayer, costs: measured,
      baseline: Baseline(
        samples: [speed], promptCount: prompts.count, tokenCount: total.emittedTokenCount,
        loopingPromptCount: looping, seconds: start.seconds,
        secondsPerPrompt: (total.decodingSeconds + total.prefillSeconds) / Double(prompts.count)),
      choices: choices, options: options)
  }

  private static func text(
    _ generator: Generator, _ prompt: EncodedPrompt, _ options: Options, _ stop: StopSignal
  ) throws(EvaluationError) -> (VerifiedText, Generation) {
    try stop.check()
    do throws(GenerationError) {
      let (text, decoding) = try generator.verifiedText(
        prompt: prompt.ids, maximumTokens: options.maximumTokens, isStopped: { stop.isRaised })
      if let text { return (text, decoding) }
    } catch {
      throw .generation(prompt: prompt.name, error)
    }
    throw .interrupted
  }
}
