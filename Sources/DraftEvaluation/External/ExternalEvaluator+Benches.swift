import Files
import Inference

/// What a search measures with, where an evaluator in another process has the model.
extension ExternalEvaluator {
  /// Asks for the prompts' outputs and for costs, and makes a bench that replays.
  ///
  /// - Parameters:
  ///   - prompts: some of the evaluator's, at least one.
  ///   - costs: what passes cost; nil: the evaluator says.
  public func replayBench(
    _ prompts: [EncodedPrompt], options: ReplayBench.Options, costs: CostModel? = nil,
    until stop: StopSignal
  ) throws(EvaluationError) -> ReplayBench {
    precondition(!prompts.isEmpty)
    let start = Stopwatch()
    var texts: [GreedyText] = []
    var promptOfText: [Int] = []
    var numbers: [Int] = []
    var total = DecodingTelemetry()
    var looping = 0
    for (index, prompt) in prompts.enumerated() {
      let number = number(of: prompt)
      let answer = try plain(number, until: stop)
      total += answer.telemetry(prompt: prompt.ids.count)
      let finish = answer.finish(
        endOfText: description.endOfText, maximumTokens: maximumTokens)
      if RepetitiveTail(of: answer.ids, finish) != nil { looping += 1 }
      let text = GreedyText(
        prompt: prompt.ids, ids: answer.ids, finish: finish, maximumTokens: maximumTokens,
        capacity: description.contextLength, endOfText: Set(description.endOfText))
      guard !text.positions.isEmpty else { continue }
      texts.append(text)
      promptOfText.append(index)
      numbers.append(number)
    }
    guard let speed = total.tokensPerSecond, !texts.isEmpty else { throw .nothingToMeasure }
    let replayer = ExternalReplayer(
      self, texts: texts, prompts: numbers,
      draftMaximum: min(options.draftMaximum, StopRule.largestMaximum),
      lookupMaximum: options.policy.lookup.maximum)
    let known: CostModel
    if let costs {
      known = costs
    } else {
      let rows = max(replayer.draftMaximum, replayer.lookupMaximum) + 1
      known = try ask(.costs(rows: rows), until: stop) { answer throws(InputError) in
        try CostModel(answer, of: description)
      }
    }
    return ReplayBench(
      texts: texts, promptOfText: promptOfText, replayer: replayer, costs: known,
      baseline: Baseline(
        samples: [speed], promptCount: prompts.count, tokenCount: total.emittedTokenCount,
        loopingPromptCount: looping, seconds: start.seconds,
        secondsPerPrompt: (total.decodingSeconds + total.prefillSeconds) / Double(prompts.count)),
      choices: choices(options.policy, draftMaximum: replayer.draftMaximum), options: options)
  }

  /// What replays the best few again, on other prompts.
  public func replayValidator(
    _ prompts: [EncodedPrompt], options: ReplayBench.Options, costs: CostModel
  ) -> ReplayValidator {
    ReplayValidator(promptCount: prompts.count) { numbers, stop throws(EvaluationError) in
      try self.replayBench(Array(prompts[numbers]), options: options, costs: costs, until: stop)
    }
  }

  /// What decodes prompts plainly and with drafts.
  ///
  /// - Parameter validationCount: see `DraftDecoder`.
  public func decoder(
    _ prompts: [EncodedPrompt], validationCount: Int? = nil
  ) -> DraftDecoder {
    DraftDecoder(prompts: prompts, validationCount: validationCount) {
      [self] prompt, draft, stop throws(EvaluationError) in
      let number = number(of: prompt)
      let answer: EvaluatedText
      var telemetry: DecodingTelemetry
      if let draft {
        (answer, telemetry) = try speculative(number, draft, until: stop)
      } else {
        answer = try plain(number, until: stop)
        telemetry = answer.telemetry(prompt: prompt.ids.count)
      }
      return DraftDecoder.Decoded(
        ids: answer.ids,
        finish: answer.finish(endOfText: description.endOfText, maximumTokens: maximumTokens),
        telemetry: telemetry)
    }
  }

  /// Seconds of a token of plain decoding, by the first prompt's.
  public func tokenSeconds(until stop: StopSignal) throws(EvaluationError) -> Double {
    let answer = try plain(0, until: stop)
    return answer.seconds / Double(max(1, answer.ids.count - 1))
  }

  /// What its drafts may consist of.
  public func choices(_ policy: DraftPolicy, draftMaximum: Int) -> DraftChoices {
    policy.choices(
      VocabularyRanking(
        outputs: [], endOfText: description.endOfText,
        vocabularySize: description.vocabularySize), draftMaximum: draftMaximum)
  }

  /// The evaluator's number of a prompt; of equal ones the first's, which says the same.
  private func number(of prompt: EncodedPrompt) -> Int {
    guard let number = description.prompts.firstIndex(where: { $0.ids == prompt.ids }) else {
      preconditionFailure("a prompt that the evaluator has not encoded")
    }
    return number
  }

  private func plain(
    _ number: Int, until stop: StopSignal
  ) throws(EvaluationError) -> EvaluatedText {
    let answer = try ask(.plain(prompt: number), until: stop) { answer throws(InputError) in
      try text(answer, number)
    }
    try note(answer.ids, ofPrompt: number, decoded: "decoding plainly")
    return answer
  }

  private func speculative(
    _ number: Int, _ draft: Draft, until stop: StopSignal
  ) throws(EvaluationError) -> (EvaluatedText, DecodingTelemetry) {
    let decoded = try ask(.decode(prompt: number, draft), until: stop) {
      answer throws(InputError) -> (text: EvaluatedText, telemetry: DecodingTelemetry) in
      let text = try text(answer, number)
      var telemetry = text.telemetry(prompt: description.prompts[number].ids.count)
      try telemetry.add(drafting: answer)
      return (text, telemetry)
    }
    try note(decoded.text.ids, ofPrompt: number, decoded: "with a draft")
    return decoded
  }

  private func text(_ answer: JSONField, _ number: Int) throws(InputError) -> EvaluatedText {
    try EvaluatedText(
      answer, prompt: description.prompts[number].ids.count, maximumTokens: maximumTokens,
      of: description)
  }
}
