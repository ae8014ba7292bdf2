import DraftEvaluation
import SkipSearch

extension SearchSummary {
  /// The drafts measured again, or the best of the search where none was.
  var shown: [ResultEntry] {
    let measured = result.sets.filter { $0.heldOut != nil }
    guard measured.isEmpty else { return measured }
    let uniform = result.uniform.map(\.trial)
    return Array(result.sets.prefix(3))
      + result.sets.dropFirst(3).filter { $0.trial == uniform }
  }

  /// A line for each draft shown, then one for each ablation, under a title.
  var table: [String] {
    guard let first = shown.first else { return ["No trial was finished."] }
    let prompts = first.decisive.promptCount
    let title =
      shown.contains { $0.heldOut != nil }
      ? result.subject.calibration.sharesPrompts
        ? "Measured again, on the \(prompts) prompts of the search:"
        : "Measured again on \(prompts) held-out prompts, in turn with plain decoding:"
      : "As measured by the search, on \(prompts) prompts:"
    let table = TextTable(columns: columns)
    // An ablation may be one of the drafts shown: lookup alone.
    let others = result.ablations.filter { ablation in
      !shown.contains { $0.decisive.draft == ablation.draft }
    }
    let rows = shown.map(row) + others.map { Row($0.name.rawValue, $0.heldOut) }
    let speedups = shown.compactMap { $0.heldOut?.speedup?.logarithm }
    let note =
      speedups == speedups.sorted(by: >)
      ? ""
      : "Ranked on the prompts of the search, so that these figures are not the luckiest."
    return wrapped(title) + ([table.header] + rows.map(table.line)).map(trimmed)
      + (note.isEmpty ? [] : wrapped(note))
  }

  /// A draft as the table shows it.
  private struct Row {
    let name: String
    let isBest: Bool
    let evaluation: Evaluation

    init(_ name: String, _ evaluation: Evaluation, isBest: Bool = false) {
      self.name = name
      self.isBest = isBest
      self.evaluation = evaluation
    }
  }

  private func row(_ entry: ResultEntry) -> Row {
    Row(
      entry.trial == result.uniform?.trial
        ? "uniform skipping"
        : entry.decisive.draft.stop.maximum == 0
          ? Ablation.Name.lookupAlone.rawValue : "trial \(entry.trial)",
      entry.decisive, isBest: entry.trial == result.best?.trial)
  }

  private var columns: [TextTable<Row>.Column] {
    let layers = result.subject.model.layerCount
    return [
      .init(title: "  draft", width: 22) { ($0.isBest ? "* " : "  ") + $0.name },
      .init(title: "skipped", width: 8, isRight: true) { row in
        row.evaluation.draft.stop.maximum == 0
          ? "–" : "\(row.evaluation.draft.model.skip.count)/\(2 * layers)"
      },
      .init(title: "bits", width: 6, isRight: true) { row in
        row.evaluation.draft.model.bits(layerCount: layers)
      },
      .init(title: "accepted", width: 10, isRight: true) { row in
        row.evaluation.acceptanceRate.map { fixed(100 * $0, 1) + "%" } ?? "–"
      },
      .init(title: "tokens/s", width: 10, isRight: true) { row in
        fixed(row.evaluation.tokensPerSecond, 1)
      },
      .init(title: "  speedup (95%)", width: 24) { row in
        "  " + Self.words(row.evaluation.speedup)
      },
    ]
  }
}
