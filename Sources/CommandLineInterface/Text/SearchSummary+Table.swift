import DraftEvaluation
import SkipSearch

extension SearchSummary {
  /// The sets measured again, or the best of the search where none was.
  var shown: [ResultEntry] {
    let measured = result.sets.filter { $0.heldOut != nil }
    guard measured.isEmpty else { return measured }
    let uniform = result.uniform.map(\.trial)
    return Array(result.sets.prefix(3))
      + result.sets.dropFirst(3).filter { $0.trial == uniform }
  }

  /// A line for each set shown, under a title.
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
    let speedups = shown.compactMap { $0.heldOut?.speedup?.logarithm }
    let note =
      speedups == speedups.sorted(by: >)
      ? ""
      : "Ranked on the prompts of the search, so that these figures are not the luckiest."
    return wrapped(title) + ([table.header] + shown.map(table.line)).map(trimmed)
      + (note.isEmpty ? [] : wrapped(note))
  }

  private var columns: [TextTable<ResultEntry>.Column] {
    [
      .init(title: "  set", width: 24) { entry in
        (entry.trial == result.best?.trial ? "* " : "  ")
          + (entry.trial == result.uniform?.trial ? "uniform skipping" : "trial \(entry.trial)")
      },
      .init(title: "skipped", width: 8, isRight: true) { entry in
        let skip = entry.calibration.draft.model.skip
        return "\(skip.count)/\(2 * result.subject.model.layerCount)"
      },
      .init(title: "accepted", width: 10, isRight: true) { entry in
        entry.decisive.acceptanceRate.map { fixed(100 * $0, 1) + "%" } ?? "–"
      },
      .init(title: "tokens/s", width: 10, isRight: true) { entry in
        fixed(entry.decisive.tokensPerSecond, 1)
      },
      .init(title: "  speedup (95% interval)", width: 26) { entry in
        "  " + Self.words(entry.decisive.speedup)
      },
    ]
  }
}
