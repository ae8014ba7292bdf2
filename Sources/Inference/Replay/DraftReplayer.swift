import Foundation

/// Replays what a skip set would draft at many places of verified texts at once, without decoding.
///
/// Greedy speculation runs along a known text, so the rounds after different tokens do not depend on
/// one another: their draft steps run as rows of one pass, which reads the weights once for all of
/// them. A row sees the full model's cache before its round's start and the round's own entries from
/// there on, as in decoding, and its bits are the same as there (a row's result does not depend on the
/// other rows of a pass).
public final class DraftReplayer {
  /// How far a round is followed.
  public enum Extent: Hashable, Sendable {
    /// Every step up to the maximum, also after a wrong draft: exact for every stop rule.
    case complete
    /// After a wrong draft only while all confidences have been at least this: exact for rules that
    /// stop below a confidence that is not smaller, and cheaper.
    case whileConfident(Double)
  }

  /// A round to replay: it starts after `texts[text].ids[index]`.
  public struct Start: Hashable, Sendable {
    /// The text's number.
    public var text: Int
    /// Which of the text's `starts`.
    public var index: Int

    /// Names a round.
    public init(text: Int, index: Int) {
      self.text = text
      self.index = index
    }
  }

  /// The texts to replay along.
  public let texts: [VerifiedText]
  /// The most tokens that a round drafts.
  public let draftMaximum: Int
  private let runner: Runner
  private let entries: DraftEntries
  private let layerCount: Int

  /// - Parameters:
  ///   - generator: what made the texts; its memory for a pass is used, its cache is not.
  ///   - texts: at least one.
  ///   - draftMaximum: the most tokens that a round drafts; at least 1.
  public init(_ generator: Generator, texts: [VerifiedText], draftMaximum: Int) {
    precondition(draftMaximum >= 1 && !texts.isEmpty)
    precondition(texts.allSatisfy { $0.capacity <= generator.capacity })
    self.texts = texts
    self.draftMaximum = draftMaximum
    runner = generator.runner
    layerCount = generator.model.layers.count
    entries = DraftEntries(
      generator.model.configuration, steps: draftMaximum, slots: Workspace.maximumRows)
  }

  /// A round being followed.
  private struct Round {
    let number: Int
    let start: Start
    let slot: Int
    var token: Int
    var record: DraftRecord
    var isConfident = true
  }

  /// Replays rounds.
  ///
  /// - Parameters:
  ///   - starts: where they start, in any order.
  ///   - skip: the sub-layers left out.
  ///   - isStopped: asked between passes.
  /// - Returns: a record for each start, in order; nil where it was stopped.
  public func records(
    of starts: [Start], skipping skip: SkipSet, extent: Extent = .complete,
    isStopped: () -> Bool = { false }
  ) -> [DraftRecord]? {
    let mask = SkipMask(skip, layerCount: layerCount)
    var records = starts.map { start in
      DraftRecord(limit: min(draftMaximum, texts[start.text].draftLimit(at: start.index)))
    }
    var slots = Array(0..<entries.slotCount)
    var waiting = starts.indices.filter { records[$0].limit > 0 }[...]
    var rounds: [Round] = []
    while true {
      // A round that ends makes room for the next, so that passes stay full until the last few.
      while let slot = slots.last, let number = waiting.popFirst() {
        slots.removeLast()
        let start = starts[number]
        rounds.append(
          Round(
            number: number, start: start, slot: slot, token: texts[start.text].ids[start.index],
            record: records[number]))
      }
      guard !rounds.isEmpty else { return records }
      guard !isStopped() else { return nil }
      step(&rounds, mask, extent)
      rounds.removeAll { round in
        guard isOver(round, extent) else { return false }
        records[round.number] = round.record
        slots.append(round.slot)
        return true
      }
    }
  }

  /// How far each skip set's first draft step is from the full model: the mean over starts of the total
  /// variation distance ½·Σ|p − q| of their distributions of the next token, in 0…1. It is the probability
  /// that a sampled draft is rejected (Leviathan, Kalman and Matias 2023, theorem 3.5). Unlike matches, and
  /// unlike the probability of the token that came, it moves with every change of the distribution and
  /// never cancels, so that a few dozen places tell even harmless sub-layers apart.
  ///
  /// - Parameters:
  ///   - starts: of which as many count as run in one pass.
  ///   - isStopped: asked between passes.
  /// - Returns: a distance for each set, in order; nil where it was stopped.
  public func meanTotalVariations(
    of starts: [Start], skipping sets: [SkipSet], isStopped: () -> Bool = { false }
  ) -> [Double]? {
    let starts = starts.filter { texts[$0.text].starts.contains($0.index) }
      .prefix(entries.slotCount)
    guard !starts.isEmpty else { return sets.map { _ in 0 } }
    let tokens = starts.map { texts[$0.text].ids[$0.index] }
    let placements = starts.enumerated().map { slot, start in
      placement(of: start, step: 0, slot: slot)
    }
    func logits(_ skip: SkipSet) -> LogitsView {
      runner.run(tokens, as: placements, skipping: SkipMask(skip, layerCount: layerCount))
    }
    let full = logits(.none)
    let expected = tokens.indices.map { full.distribution($0) }
    var means: [Double] = []
    for skip in sets {
      guard !isStopped() else { return nil }
      let drafted = logits(skip)
      let sum = expected.enumerated().reduce(0.0) { sum, entry in
        sum
          + zip(entry.element, drafted.distribution(entry.offset)).reduce(0.0) {
            $0 + 0.5 * Double(abs($1.0 - $1.1))
          }
      }
      means.append(sum / Double(expected.count))
    }
    return means
  }

  /// One draft step of each round.
  private func step(_ rounds: inout [Round], _ mask: SkipMask, _ extent: Extent) {
    let placements = rounds.map { round in
      placement(of: round.start, step: round.record.confidences.count, slot: round.slot)
    }
    let logits = runner.run(rounds.map(\.token), as: placements, skipping: mask)
    for row in rounds.indices {
      let text = texts[rounds[row].start.text]
      let step = rounds[row].record.confidences.count
      let token = logits.argmax(row)
      let confidence = logits.probability(of: token, row: row)
      if rounds[row].record.matched == step,
        token == text.ids[rounds[row].start.index + step + 1]
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

  private func placement(of start: Start, step: Int, slot: Int) -> DraftStepPlacement {
    let text = texts[start.text]
    let roundStart = text.position(of: start.index)
    return DraftStepPlacement(
      position: roundStart + step, roundStart: roundStart, cache: text.cache.view,
      entries: entries[slot])
  }

  private func isOver(_ round: Round, _ extent: Extent) -> Bool {
    let record = round.record
    let isWrong = record.matched < record.confidences.count
    return record.endsText || record.confidences.count == record.limit
      || isWrong && !round.isConfident
  }
}
