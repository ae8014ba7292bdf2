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
  /// The most tokens that a round drafts.
  public let draftMaximum: Int
  let model: LanguageModel
  let runner: Runner
  let entries: DraftEntries

  /// - Parameters:
  ///   - generator: what made the texts; its memory for a pass is used, its cache is not.
  ///   - texts: at least one.
  ///   - draftMaximum: the most tokens that a round drafts; at least 1.
  public init(_ generator: Generator, texts: [VerifiedText], draftMaximum: Int) {
    precondition(draftMaximum >= 1 && !texts.isEmpty)
    precondition(texts.allSatisfy { $0.capacity <= generator.capacity })
    self.texts = texts
    self.draftMaximum = draftMaximum
    model = generator.model
    runner = generator.runner
    entries = DraftEntries(
      generator.model.configuration, steps: draftMaximum, slots: Workspace.maximumRows)
  }

  /// Replays rounds.
  ///
  /// - Parameters:
  ///   - positions: after which they start, in any order.
  ///   - draft: what drafts them.
  ///   - extent: how far they are followed.
  ///   - isStopped: asked between passes.
  /// - Returns: a record for each position, in order; nil where it was stopped.
  public func records(
    of positions: [Position], drafting draft: DraftModel, extent: Extent = .complete,
    isStopped: () -> Bool = { false }
  ) -> [DraftRecord]? {
    let plan = model.plan(for: draft)
    var records = positions.map { position in
      DraftRecord(limit: min(draftMaximum, texts[position.text].draftLimit(at: position.index)))
    }
    var slots = Array(0..<entries.slotCount)
    var waiting = positions.indices.filter { records[$0].limit > 0 }[...]
    var rounds: [FollowedRound] = []
    while true {
      // A round that ends makes room for the next, so that passes stay full until the last few.
      while let slot = slots.last, let number = waiting.popFirst() {
        slots.removeLast()
        let position = positions[number]
        rounds.append(
          FollowedRound(
            number: number, position: position, slot: slot,
            token: texts[position.text].ids[position.index],
            record: records[number]))
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

  /// A round on its way.
  private struct FollowedRound {
    /// Which of the records it makes.
    let number: Int
    let position: Position
    /// Where its entries are.
    let slot: Int
    /// The token of its next step: the last verified one, then its own drafts.
    var token: Int
    var record: DraftRecord
    /// Whether it is followed after a wrong draft.
    var isConfident = true

    var isOver: Bool {
      let isWrong = record.matched < record.confidences.count
      return record.endsText || record.confidences.count == record.limit
        || isWrong && !isConfident
    }
  }

  /// One draft step of each round.
  private func step(_ rounds: inout [FollowedRound], _ plan: SublayerPlan, _ extent: Extent) {
    let placements = rounds.map { round in
      placement(of: round.position, step: round.record.confidences.count, slot: round.slot)
    }
    let logits = runner.run(rounds.map(\.token), at: placements, plan, logits: .all)
    for row in rounds.indices {
      let text = texts[rounds[row].position.text]
      let step = rounds[row].record.confidences.count
      let token = logits.argmax(row)
      let confidence = logits.probability(of: token, row: row)
      if rounds[row].record.matched == step,
        token == text.ids[rounds[row].position.index + step + 1]
      {
        rounds[row].record.matched += 1
      }
      rounds[row].record.confidences.append(confidence)
      rounds[row].record.endsText = text.endOfText.contains(token)
      rounds[row].token = token
      if case .whileConfident(let least) = extent, confidence < least {
        rounds[row].isConfident = false
      }
    }
  }

  /// Where a draft step of a round stands that has its entries in a slot.
  func placement(of position: Position, step: Int, slot: Int) -> RowPlacement {
    let text = texts[position.text]
    let first = text.cachePosition(of: position.index)
    return RowPlacement(
      position: first + step, cache: text.cache.view,
      own: RowPlacement.OwnEntries(start: first, entries: entries[slot]))
  }
}
