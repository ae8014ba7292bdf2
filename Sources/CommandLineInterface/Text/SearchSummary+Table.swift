import DraftEvaluation
import Report
import SkipSearch

extension SearchSummary {
  /// A line for each draft shown, then one for each ablation, under a title.
  var table: [String] {
    let shown = result.shownSets
    guard let first = shown.first else { return ["No trial was finished."] }
    let prompts = first.decisive.promptCount
    let title =
      shown.contains { $0.heldOut != nil }
      ? result.subject.calibration.sharesPrompts
        ? "Measured again, on the \(prompts) prompts of the search:"
        : "Measured again on \(prompts) held-out prompts, in turn with plain decoding:"
      : "As measured by the search, on \(prompts) prompts:"
    let table = TextTable(columns: columns)
    let rows = result.measuredDrafts
    let speedups = shown.compactMap { $0.heldOut?.speedup?.logarithm }
    let note =
      speedups == speedups.sorted(by: >)
      ? ""
      : "Ranked on the prompts of the search, so that these figures are not the luckiest."
    return lines(title) + table.lines(rows, width: width)
      + (note.isEmpty ? [] : lines(note))
  }

  private var columns: [TextTable<MeasuredDraft>.Column] {
    let layers = result.subject.model.layerCount
    return [
      .init(title: "  draft", width: 22) { ($0.isBest ? "* " : "  ") + $0.name },
      .init(title: "skipped", width: 8, isRight: true, rank: 2) { row in
        row.evaluation.draft.stop.maximum == 0
          ? "–" : "\(row.evaluation.draft.model.skip.count)/\(2 * layers)"
      },
      .init(title: "bits", width: 6, isRight: true, rank: 3) { row in
        row.evaluation.draft.model.bits(layerCount: layers)
      },
      .init(title: "accepted", width: 10, isRight: true, rank: 1) { row in
        row.evaluation.acceptanceRate.map { fixed(100 * $0, 1) + "%" } ?? "–"
      },
      .init(title: "tokens/s", width: 10, isRight: true, rank: 4) { row in
        fixed(row.evaluation.tokensPerSecond, 1)
      },
      .init(title: "  speedup (95%)", width: 24) { row in
        "  " + (row.evaluation.speedup?.words ?? "–")
      },
    ]
  }
}
