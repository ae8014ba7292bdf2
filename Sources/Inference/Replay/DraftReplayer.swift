/// Replays what a draft model would draft at many positions of verified texts at once, without
/// decoding.
///
/// Greedy speculation runs along a known text, so the rounds after different tokens do not depend
/// on one another: their draft steps run as rows of one pass, which reads the weights once for all
/// of them. A row sees the full model's cache before its round's start and the round's own entries
/// from there on, as in decoding, and its bits are the same as there (a row's result does not
/// depend on the other rows of a pass).
public final class DraftReplayer {
  /// How far a round is followed.
  public enum Extent: Hashable, Sendable {
    /// Every step up to the maximum, also after a wrong draft: exact for every stop rule.
    case complete
    /// After a wrong draft only while all confidences have been at least this: exact for rules that
    /// stop below a confidence that is not smaller, and cheaper.
    case whileConfident(Double)
  }

  /// A position after which a round may start: after `texts[text].ids[index]`.
  public struct Position: Hashable, Sendable {
    /// The text's number.
    public var text: Int
    /// Which of the text's `positions`.
    public var index: Int

    /// Names a position.
    public init(text: Int, index: Int) {
      self.text = text
      self.index = index
    }
  }

  /// The texts to replay along.
  public let texts: [VerifiedText]
  /// The most tokens that the draft model drafts in a round.
  public let draftMaximum: Int
  /// The most looked-up tokens that it drafts behind.
  public let lookupMaximum: Int
  let model: LanguageModel
  let runner: Runner
  let entries: DraftEntries

  /// - Parameters:
  ///   - generator: what made the texts; its memory for a pass is used, its cache is not.
  ///   - texts: at least one.
  ///   - draftMaximum: the most tokens that the draft model drafts in a round; at least 1.
  ///   - lookupMaximum: the most looked-up tokens that it drafts behind; at least 0.
  public init(
    _ generator: Generator, texts: [VerifiedText], draftMaximum: Int, lookupMaximum: Int = 0
  ) {
    precondition(draftMaximum >= 1 && lookupMaximum >= 0 && !texts.isEmpty)
    precondition(texts.allSatisfy { $0.text.capacity <= generator.capacity })
    self.texts = texts
    self.draftMaximum = draftMaximum
    self.lookupMaximum = lookupMaximum
    model = generator.model
    runner = generator.runner
    entries = DraftEntries(
      generator.model.configuration, steps: draftMaximum + lookupMaximum,
      slots: Workspace.maximumRows)
  }

  /// Replays rounds.
  ///
  /// - Parameters:
  ///   - positions: after which they start, in any order.
  ///   - draft: what drafts them.
  ///   - lookup: behind what the draft model drafts; nil: right after the last verified token, which
  ///     is what a rule needs that looks nothing up, or leaves rounds with a lookup at that.
  ///   - extent: how far they are followed.
  ///   - isStopped: asked between passes.
  /// - Returns: a record for each position, in order; nil where it was stopped.
  public func records(
    of positions: [Position], drafting draft: DraftModel, behind lookup: LookupRule? = nil,
    extent: Extent = .complete, isStopped: () -> Bool = { false }
  ) -> [DraftRecord]? {
    precondition((lookup?.maximum ?? 0) <= lookupMaximum)
    let plan = model.plan(for: draft)
    var records = positions.map { position in
      let text = texts[position.text].text
      return DraftRecord(
        limit: text.draftLimit(at: position.index), lookup: text.lookups[position.index])
    }
    func begin(_ number: Int, slot: Int) -> FollowedRound {
      let position = positions[number]
      return FollowedRound(
        number: number, position: position, slot: slot,
        after: texts[position.text].ids[position.index], record: records[number],
        behind: lookup, draftMaximum: draftMaximum)
    }
    var slots = Array(0..<entries.slotCount)
    // Text by text: rows that see one cache read its keys and values together.
    var waiting = positions.indices.filter { !begin($0, slot: 0).isOver }.sorted {
      let (one, other) = (positions[$0], positions[$1])
      return (one.text, one.index) < (other.text, other.index)
    }[...]
    var rounds: [FollowedRound] = []
    while true {
      // A round that ends makes room for the next, so that passes stay full until the last few.
      while let slot = slots.last, let number = waiting.popFirst() {
        slots.removeLast()
        rounds.append(begin(number, slot: slot))
      }
      guard !rounds.isEmpty else { return records }
      guard !isStopped() else { return nil }
      step(&rounds, plan, extent)
      rounds.removeAll { round in
        guard round.isOver else { return false }
        records[round.number] = round.record
        slots.append(round.slot)
        return true
      }
    }
  }

  /// One draft step of as many rounds as a pass holds, from the first on. Only a round's first step
  /// can have more than one row.
  private func step(_ rounds: inout [FollowedRound], _ plan: SublayerPlan, _ extent: Extent) {
    var tokens: [Int] = []
    var placements: [RowPlacement] = []
    /// The last row of each round.
    var last: [Int] = []
    for round in rounds {
      guard tokens.count + round.tokens.count <= Workspace.maximumRows else { break }
      for row in round.tokens.indices {
        placements.append(
          placement(of: round.position, step: round.offset + row, slot: round.slot))
      }
      tokens += round.tokens
      last.append(tokens.count - 1)
    }
    let logits = runner.run(tokens, at: placements, plan, logits: .all)
    let least: Double? = if case .whileConfident(let least) = extent { least } else { nil }
    for (number, row) in last.enumerated() {
      let token = logits.argmax(row)
      rounds[number].add(
        token, confidence: logits.probability(of: token, row: row),
        along: texts[rounds[number].position.text].text, least: least)
    }
  }

  /// Where a draft step of a round stands that has its entries in a slot.
  func placement(of position: Position, step: Int, slot: Int) -> RowPlacement {
    let text = texts[position.text]
    let first = text.text.cachePosition(of: position.index)
    return RowPlacement(
      position: first + step, cache: text.cache.view,
      own: RowPlacement.OwnEntries(start: first, entries: entries[slot]))
  }
}
