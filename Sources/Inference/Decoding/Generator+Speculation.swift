extension Generator {
  /// A drafted token, with the distribution it was drawn from where tokens are sampled.
  private struct DraftedToken {
    let token: Int
    let distribution: TokenDistribution?
  }

  /// Rounds of drafting and verification until the generation ends.
  func speculate(
    _ plan: SublayerPlan, _ stop: StopRule, _ state: inout GenerationState,
    _ chooser: inout TokenChooser, _ onTokens: ([Int]) -> Bool
  ) {
    var rule = StopRuleState(stop)
    while state.finish == nil {
      guard runner.cache.count < capacity else {
        state.finish = .contextFull
        return
      }
      let clock = Stopwatch()
      let context = runner.cache.count
      let most = min(
        stop.maximum, Self.draftLimit(remaining: state.remaining, room: capacity - context))
      var ends: [Double] = []
      let drafts = draft(upTo: most, after: state, plan, &rule, &chooser) {
        ends.append(clock.seconds)
      }
      let drafted = clock.seconds
      let accepted = verify(drafts, &state, &chooser, onTokens)
      let verified = clock.seconds
      rule.follow(accepted: accepted, drafted: drafts.count)
      state.add(
        Generation.Round(drafted: drafts.count, accepted: accepted),
        Generation.Timing(
          context: context, draftSeconds: zip(ends, [0] + ends).map { $0 - $1 },
          verificationSeconds: verified - drafted))
    }
  }

  /// Drafts one token after another, reading the full model's cache for verified tokens and the
  /// draft's own entries for those of this round.
  ///
  /// - Parameter onStep: called after each step.
  private func draft(
    upTo most: Int, after state: GenerationState, _ plan: SublayerPlan,
    _ rule: inout StopRuleState, _ chooser: inout TokenChooser, onStep: () -> Void
  ) -> [DraftedToken] {
    var drafts: [DraftedToken] = []
    var token = state.last
    rule.begin()
    while drafts.count < most {
      defer { onStep() }
      let logits = runner.run(
        CollectionOfOne(token), at: runner.cache.count + drafts.count, plan, logits: .last)
      if chooser.sampling.isGreedy {
        token = logits.argmax(0)
        drafts.append(DraftedToken(token: token, distribution: nil))
      } else {
        let distribution = chooser.distribution(logits, row: 0)
        token = distribution.token(at: chooser.draftRandom.uniform())
        drafts.append(DraftedToken(token: token, distribution: distribution))
      }
      // Nothing comes after an end of text.
      if state.endOfText.contains(token) { break }
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
    _ drafts: [DraftedToken], _ state: inout GenerationState, _ chooser: inout TokenChooser,
    _ onTokens: ([Int]) -> Bool
  ) -> Int {
    let start = runner.cache.count
    let logits = runner.run(
      [state.last] + drafts.map(\.token), at: start, runner.fullPlan, logits: .all)
    var accepted: [Int] = []
    var own: Int?
    for (row, draft) in drafts.enumerated() {
      switch verify(draft, logits, row: row, &chooser) {
      case .accepted: accepted.append(draft.token)
      case .replaced(let token): own = token
      }
      // What was drafted after a wrong token follows a text that is not the output.
      if own != nil { break }
    }
    runner.cache.extend(to: start + accepted.count + 1)
    let ended = accepted.last.map(state.endOfText.contains) ?? false
    if !ended { accepted.append(own ?? chooser.choose(logits, row: drafts.count)) }
    state.emit(accepted, onTokens)
    return ended ? accepted.count : accepted.count - 1
  }

  private func verify(
    _ draft: DraftedToken, _ logits: LogitsView, row: Int, _ chooser: inout TokenChooser
  ) -> Verification.Outcome {
    guard let distribution = draft.distribution else {
      let token = logits.argmax(row)
      return token == draft.token ? .accepted : .replaced(by: token)
    }
    return Verification.verify(
      draft.token, drawnFrom: distribution, against: chooser.distribution(logits, row: row),
      uniforms: { chooser.random.uniform() })
  }
}
