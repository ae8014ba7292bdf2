import Inference
import Statistics

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
    let (all, timed) = try decode(prompts, generator, options, stop)
    let looping = all.count { RepetitiveTail(of: $0.ids, $0.finish) != nil }
    let promptOfText = all.indices.filter { !all[$0].positions.isEmpty }
    let texts = promptOfText.map { all[$0] }
    let total = timed.reduce(into: DecodingTelemetry()) { $0 += $1.telemetry }
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
        samples: [speed], promptCount: prompts.count, timedPromptCount: timed.count,
        tokenCount: all.reduce(0) { $0 + $1.ids.count }, loopingPromptCount: looping,
        seconds: start.seconds,
        secondsPerPrompt: (total.decodingSeconds + total.prefillSeconds) / Double(timed.count)),
      choices: choices, options: options)
  }

  /// The prompts that are decoded one by one, of which there are mostly no more: their speed is
  /// that of plain decoding. All others are decoded side by side, which takes a fraction of the
  /// time.
  private static let mostTimed = 8

  /// All prompts' texts, and the decodings of those that were timed.
  private static func decode(
    _ prompts: [EncodedPrompt], _ generator: Generator, _ options: Options, _ stop: StopSignal
  ) throws(EvaluationError) -> (texts: [VerifiedText], timed: [Generation]) {
    let count = generator.decodesSideBySide ? min(prompts.count, mostTimed) : prompts.count
    let timed = Array(prompts.indices).evenChoice(of: count)
    let others = Array(Set(prompts.indices).subtracting(timed)).sorted()
    var texts: [VerifiedText?] = prompts.map { _ in nil }
    // What is decoded first wakes threads and brings the weights into memory.
    if others.isEmpty {
      _ = try text(generator, prompts[0], options, stop)
    } else {
      let decoded = generator.verifiedTexts(
        prompts: others.map { prompts[$0].ids }, maximumTokens: options.maximumTokens,
        isStopped: { stop.isRaised })
      guard let decoded else { throw .interrupted }
      for (index, result) in zip(others, decoded) {
        do throws(GenerationError) {
          texts[index] = try result.get()
        } catch {
          throw .generation(prompt: prompts[index].name, error)
        }
      }
    }
    var decodings: [Generation] = []
    for index in timed + others {
      // Where each of those chosen is answered by one token, the next ones tell the speed.
      let isKnown = decodings.contains { $0.telemetry.tokensPerSecond != nil }
      guard decodings.count < timed.count || !isKnown else { break }
      let (text, decoding) = try text(generator, prompts[index], options, stop)
      texts[index] = text
      decodings.append(decoding)
    }
    return (texts.compactMap(\.self), decodings)
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
