extension Generator {
  /// Rounds of drafting and verification until the generation ends.
  ///
  /// - Parameter prompt: what the emitted tokens follow.
  func speculate(
    _ prompt: [Int], _ plan: SublayerPlan, _ stop: StopRule, _ state: inout GenerationState,
    _ chooser: inout TokenChooser, _ onTokens: ([Int]) -> Bool
  ) throws(GenerationError) {
    var rule = StopRuleState(stop)
    var text = stop.lookup.map { _ in ContextLookup(prompt + state.ids) }
    while state.finish == nil {
      guard runner.cache.count < capacity else {
        state.finish = .contextFull
        return
      }
      let clock = Stopwatch()
      stretchIfNeeded(prompt, state)
      let context = runner.cache.count
      let room = segmentEnd(context, promptLength: runner.promptLength) - context
      let emitted = state.ids.count
      let drafting = draft(
        after: state, text, room: room, plan, &rule, &chooser, clock)
      let drafted = clock.seconds
      let accepted = try verify(drafting.drafts, &state, &chooser, onTokens)
      let verified = clock.seconds
      for token in state.ids[emitted...] { text?.append(token) }
      chooser.append(state.ids[emitted...])
      let round = Generation.Round(
        drafted: drafting.drafts.count, accepted: accepted, lookedUp: drafting.lookedUp)
      rule.follow(round)
      state.add(
        round,
        Generation.Timing(
          context: context, lookedUp: drafting.lookedUp,
          draftSeconds: zip(drafting.stepEnds, [0] + drafting.stepEnds).map { $0 - $1 },
          verificationSeconds: verified - drafted))
    }
  }

  /// Drafts a round: from the context, then one token after another by the draft model, which reads
  /// the full model's cache for verified tokens and its own entries for those of this round.
  private func draft(
    after state: GenerationState, _ text: ContextLookup?, room: Int, _ plan: SublayerPlan,
    _ rule: inout StopRuleState, _ chooser: inout TokenChooser, _ clock: Stopwatch
  ) -> DraftingRound {
    let limit = Self.draftLimit(remaining: state.remaining, room: room)
    var round = DraftingRound()
    if let text, let lookup = rule.lookup {
      let tokens = text.draft(lookup, upTo: limit, endOfText: state.endOfText)
      round.drafts = tokens.map { DraftedToken(token: $0, origin: .certain) }
      round.lookedUp = tokens.count
      let endsText = tokens.last.map(state.endOfText.contains) ?? false
      if !tokens.isEmpty, endsText || !lookup.continues { return round }
    }
    // What was looked up is read in one pass with the last emitted token.
    var tokens = [state.last] + round.drafts.map(\.token)
    let most = min(limit, round.lookedUp + rule.maximum)
    rule.begin()
    while round.drafts.count < most {
      let start = runner.cache.count + round.drafts.count + 1 - tokens.count
      let logits = runner.run(tokens, at: start, plan, logits: .last)
      let draft: DraftedToken
      if chooser.sampling.isGreedy {
        let token = chooser.argmax(logits, row: 0, after: round.drafts)
        draft = DraftedToken(token: token, origin: .certain)
      } else {
        let distribution = chooser.distribution(logits, row: 0, after: round.drafts)
        draft = DraftedToken(
          token: distribution.token(at: chooser.draftRandom.uniform()),
          origin: .drawn(distribution))
      }
      round.drafts.append(draft)
      tokens = [draft.token]
      // Nothing comes after an end of text.
      let ends =
        state.endOfText.contains(draft.token)
        || rule.needsConfidence
          && rule.stops(confidence: logits.probability(of: draft.token, row: 0))
      round.stepEnds.append(clock.seconds)
      if ends { break }
    }
    return round
  }

  /// One pass of the full model over the last emitted token and the drafts; emits what it accepts
  /// and one token of its own, and cuts the cache back to what was accepted.
  ///
  /// - Returns: the number of drafts accepted.
  private func verify(
    _ drafts: [DraftedToken], _ state: inout GenerationState, _ chooser: inout TokenChooser,
    _ onTokens: ([Int]) -> Bool
  ) throws(GenerationError) -> Int {
    let start = runner.cache.count
    let logits = runner.run(
      [state.last] + drafts.map(\.token), at: start, runner.fullPlan, logits: .all)
    var accepted: [Int] = []
    var own: Int?
    for (row, draft) in drafts.enumerated() {
      try model.check(logits, row: row, at: start + row)
      switch verify(draft, logits, row: row, after: Array(drafts[..<row]), &chooser) {
      case .accepted: accepted.append(draft.token)
      case .replaced(let token): own = token
      }
      // What was drafted after a wrong token follows a text that is not the output.
      if own != nil { break }
    }
    runner.cache.extend(to: start + accepted.count + 1)
    let ended = accepted.last.map(state.endOfText.contains) ?? false
    if !ended, own == nil {
      try model.check(logits, row: drafts.count, at: start + drafts.count)
    }
    if !ended { accepted.append(own ?? chooser.choose(logits, row: drafts.count, after: drafts)) }
    state.emit(accepted, onTokens)
    return ended ? accepted.count : accepted.count - 1
  }

  private func verify(
    _ draft: DraftedToken, _ logits: LogitsView, row: Int, after drafts: [DraftedToken],
    _ chooser: inout TokenChooser
  ) -> Verification.Outcome {
    if chooser.sampling.isGreedy {
      let token = chooser.argmax(logits, row: row, after: drafts)
      return token == draft.token ? .accepted : .replaced(by: token)
    }
    let distribution = chooser.distribution(logits, row: row, after: drafts)
    switch draft.origin {
    case .certain:
      return Verification.verify(
        certain: draft.token, against: distribution, uniforms: { chooser.random.uniform() })
    case .drawn(let drawn):
      return Verification.verify(
        draft.token, drawnFrom: drawn, against: distribution,
        uniforms: { chooser.random.uniform() })
    }
  }
}
