extension Generator {
  /// A drafted token, with the law it was drawn from where tokens are sampled.
  private struct DraftedToken {
    let token: Int
    let law: TokenDistribution?
  }

  /// Rounds of drafting and verification until the output ends.
  func speculate(
    _ draft: Draft, _ output: inout Output, _ chooser: inout TokenChooser,
    _ onTokens: ([Int]) -> Bool
  ) {
    let mask = SkipMask(draft.model.skip, layerCount: model.layers.count)
    var rule = StopRuleState(draft.stop)
    while output.finish == nil {
      guard runner.cache.count < capacity else {
        output.finish = .contextFull
        return
      }
      let start = monotonicSeconds()
      let context = runner.cache.count
      let most = min(
        draft.stop.maximum,
        Self.draftLimit(remaining: output.remaining, room: capacity - context))
      var ends: [Double] = []
      let drafts = self.draft(upTo: most, after: output, mask, &rule, &chooser, ends: &ends)
      let drafted = monotonicSeconds()
      let accepted = verify(drafts, &output, &chooser, onTokens)
      let verified = monotonicSeconds()
      output.telemetry.draftingSeconds += drafted - start
      output.telemetry.verificationSeconds += verified - drafted
      output.timings.append(
        Generation.Timing(
          context: context, draftSeconds: zip(ends, [start] + ends).map { $0 - $1 },
          verificationSeconds: verified - drafted))
      output.telemetry.roundCount += 1
      output.telemetry.targetModelCallCount += 1
      output.telemetry.draftTokenCount += drafts.count
      output.telemetry.acceptedDraftTokenCount += accepted
      output.rounds.append(Generation.Round(drafted: drafts.count, accepted: accepted))
      rule.follow(accepted: accepted, drafted: drafts.count)
    }
  }

  /// Drafts one token after another, reading the full model's cache for verified tokens and its own
  /// entries for those of this round.
  private func draft(
    upTo most: Int, after output: Output, _ mask: SkipMask, _ rule: inout StopRuleState,
    _ chooser: inout TokenChooser, ends: inout [Double]
  ) -> [DraftedToken] {
    var drafts: [DraftedToken] = []
    var token = output.last
    rule.begin()
    while drafts.count < most {
      defer { ends.append(monotonicSeconds()) }
      let logits = runner.run(
        CollectionOfOne(token), at: runner.cache.count + drafts.count, skipping: mask,
        logits: .last)
      if chooser.sampling.isGreedy {
        token = logits.argmax(0)
        drafts.append(DraftedToken(token: token, law: nil))
      } else {
        let law = chooser.distribution(logits, row: 0)
        token = law.token(at: chooser.draftRandom.uniform())
        drafts.append(DraftedToken(token: token, law: law))
      }
      // Nothing comes after an end of text.
      if output.endOfText.contains(token) { break }
      if rule.needsConfidence, rule.stops(confidence: logits.probability(of: token, row: 0)) {
        break
      }
    }
    return drafts
  }

  /// One pass of the full model over the last emitted token and the drafts; emits what it accepts
  /// and one token of its own, and cuts the cache back to what was accepted.
  ///
  /// - Returns: the number of drafts accepted.
  private func verify(
    _ drafts: [DraftedToken], _ output: inout Output, _ chooser: inout TokenChooser,
    _ onTokens: ([Int]) -> Bool
  ) -> Int {
    let start = runner.cache.count
    let logits = runner.run(
      [output.last] + drafts.map(\.token), at: start, skipping: nothingSkipped, logits: .all)
    var accepted: [Int] = []
    var own: Int?
    for (row, draft) in drafts.enumerated() {
      switch verify(draft, logits, row: row, &chooser) {
      case .accepted: accepted.append(draft.token)
      case .replaced(let token): own = token
      }
      // After an accepted end of text the rest is nobody's.
      if own != nil || output.endOfText.contains(draft.token) { break }
    }
    runner.cache.extend(to: start + accepted.count + 1)
    let ended = accepted.last.map(output.endOfText.contains) ?? false
    if !ended { accepted.append(own ?? chooser.choose(logits, row: drafts.count)) }
    output.last = accepted.last ?? output.last
    output.emit(accepted, onTokens)
    return ended ? accepted.count : accepted.count - 1
  }

  private func verify(
    _ draft: DraftedToken, _ logits: LogitsView, row: Int, _ chooser: inout TokenChooser
  ) -> Verification.Outcome {
    guard let law = draft.law else {
      let token = logits.argmax(row)
      return token == draft.token ? .accepted : .replaced(by: token)
    }
    return Verification.verify(
      draft.token, drawnFrom: law, against: chooser.distribution(logits, row: row),
      uniforms: { chooser.random.uniform() })
  }
}
