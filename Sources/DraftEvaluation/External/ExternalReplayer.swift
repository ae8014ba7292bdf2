import Files
import Inference

/// Replays rounds in an evaluator of another process.
final class ExternalReplayer: Replayer {
  let draftMaximum: Int
  let lookupMaximum: Int
  private let evaluator: ExternalEvaluator
  private let texts: [GreedyText]
  /// The evaluator's number of each text's prompt.
  private let prompts: [Int]

  /// The most rounds of a request: an answer takes no longer than one for so many.
  private static let longestRequest = 512

  init(
    _ evaluator: ExternalEvaluator, texts: [GreedyText], prompts: [Int], draftMaximum: Int,
    lookupMaximum: Int
  ) {
    precondition(texts.count == prompts.count)
    self.evaluator = evaluator
    self.texts = texts
    self.prompts = prompts
    self.draftMaximum = draftMaximum
    self.lookupMaximum = lookupMaximum
  }

  func records(
    of positions: [DraftReplayer.Position], drafting model: DraftModel, behind lookup: LookupRule?,
    extent: DraftReplayer.Extent, until stop: StopSignal
  ) throws(EvaluationError) -> [DraftRecord] {
    precondition((lookup?.maximum ?? 0) <= lookupMaximum)
    var records = positions.map { position in
      let text = texts[position.text]
      return DraftRecord(
        matched: 0, confidences: [], limit: text.draftLimit(at: position.index),
        lookup: text.lookups[position.index])
    }
    let starts = zip(positions, records).map { start(of: $0, $1, behind: lookup) }
    let asked = starts.indices.filter { starts[$0].steps > 0 }
    for first in stride(from: 0, to: asked.count, by: Self.longestRequest) {
      let piece = asked[first..<min(first + Self.longestRequest, asked.count)]
      let requested = piece.map { starts[$0] }
      let rounds = try evaluator.ask(.replay(requested, model, extent: extent), until: stop) {
        answer throws(InputError) in
        try ReplayedRounds(answer, of: requested[...], extent: extent)
      }
      for (number, index) in piece.enumerated() {
        records[index] = DraftRecord(
          matched: rounds.matched[number], confidences: rounds.confidences[number],
          endsText: rounds.ends[number], limit: records[index].limit,
          lookup: records[index].lookup)
      }
    }
    return records
  }

  private func start(
    of position: DraftReplayer.Position, _ record: DraftRecord, behind lookup: LookupRule?
  ) -> EvaluatorRequest.Start {
    let lookedUp = lookup.map { record.lookup.draftCount($0, upTo: record.limit) } ?? 0
    let ends = record.lookup.endsText(after: lookedUp)
    return EvaluatorRequest.Start(
      prompt: prompts[position.text], index: position.index,
      steps: ends ? 0 : min(draftMaximum, record.limit - lookedUp),
      behind: Array(record.lookup.tokens.prefix(lookedUp)))
  }

  func distances(
    of positions: [DraftReplayer.Position], drafting models: [DraftModel], until stop: StopSignal
  ) throws(EvaluationError) -> [Double]? {
    guard evaluator.description.can(.distances) else { return nil }
    let positions = positions.filter { texts[$0.text].positions.contains($0.index) }
    guard !positions.isEmpty else { return models.map { _ in 0 } }
    return try evaluator.ask(
      .distances(positions.map { (prompts[$0.text], $0.index) }, models), until: stop
    ) { answer throws(InputError) in
      let field = try answer.required("distances")
      let distances = try JSONCodec.array(of: JSONCodec.fraction).read(field)
      guard distances.count == models.count else {
        throw field.error(
          "expected one for each of \(models.count) drafts, found \(distances.count)")
      }
      return distances
    }
  }
}
