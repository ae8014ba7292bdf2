import DraftEvaluation
import Files
import SkipSearch

/// The answer before all else: the speedup with its interval, what each ingredient gives, and the
/// command that uses it.
struct AnswerSection {
  let panel: Panel
  /// Of the heading: 1 where there is one search, 2 where there are two under a common heading.
  let level: Int
  /// The speedups of all panels, which have one scale.
  let scaled: [SpeedupRows.Row]

  private var data: ReportData { panel.data }

  /// What a panel's drafts gave when they were measured again.
  static func rows(_ data: ReportData) -> [SpeedupRows.Row] {
    data.measured.compactMap { draft in
      draft.evaluation.speedup.map {
        SpeedupRows.Row(
          name: draft.isBest ? "the best draft (\(draft.name))" : draft.name, estimate: $0,
          isBest: draft.isBest)
      }
    }
  }

  var markup: Markup {
    element("section", ["class": "answer", "aria-labelledby": panel.id("answer")]) {
      element("div", ["class": "words"]) {
        element("p", ["class": "kicker"]) { kicker }
        headline
        element("p", ["class": "meaning"]) { meaning }
        if let draft { element("p") { draft } }
      }
      ingredients
      commands
    }
  }

  private var kicker: Markup {
    .text((panel.label.map { "\($0.prefix(1)) · " } ?? ""))
      + element("bdi") { data.name }
      + .text(" · \(data.subject.machine.cpu), \(counted(data.subject.machine.threads, "thread"))")
  }

  private var headline: Markup {
    let (big, small) = words
    let content = element("b") { big } + .text(" ") + element("span") { small }
    return level == 1
      ? element("h1", ["id": panel.id("answer")]) { content }
      : element("h2", ["id": panel.id("answer")]) { content }
  }

  /// The headline: what is set large, and what follows.
  private var words: (big: String, small: String) {
    switch data.answer {
    case .found(let best):
      (times(best.decisive.speedup?.speedup), "the speed of plain decoding")
    case .soFar(let best):
      (times(best.decisive.speedup?.speedup), "the speed of plain decoding so far")
    case .notBeyondDoubt: ("No gain", "beyond doubt")
    case .nothingCanPay: ("No gain", "is possible on this machine")
    case .nothingYet: ("No trial yet", "")
    }
  }

  private var meaning: String {
    switch data.answer {
    case .found(let best):
      "\(interval(best)), measured \(place(best)), in turn with plain decoding. The output is the "
        + "full model’s, token for token."
    case .notBeyondDoubt(let best):
      "The best draft found (trial \(best.trial)) reaches \(best.decisive.speedup?.words ?? "–") "
        + "\(place(best)), and that is not above 1 beyond doubt. Generate without a draft."
    case .soFar(let best):
      "\(interval(best)), by trial \(best.trial); \(data.trials.count) of at most "
        + "\(counted(data.settings.trials, "trial")) are finished. This is the search’s own "
        + "estimate, and the best of many is a lucky one: at the end the best few are decoded on "
        + "held-out prompts."
    case .nothingCanPay:
      "What passes cost here says that no draft can gain anything, so none was tried. Generate "
        + "without a draft."
    case .nothingYet:
      data.state == .journal
        ? "The search has begun, and no trial is finished."
        : "The search ended before a trial was finished."
    }
  }

  private func interval(_ best: Answer.Best) -> String {
    best.decisive.speedup?.intervalWords.map { "95% interval \($0)" } ?? "No interval is known"
  }

  private func place(_ best: Answer.Best) -> String {
    let prompts = best.decisive.promptCount
    return best.isHeldOut
      ? "on \(counted(prompts, "held-out prompt"))"
      : "on \(counted(prompts, "prompt")) of the search"
  }

  private var draft: String? {
    guard let best = data.answer.best else { return nil }
    let words = DraftWords(
      best.draft, layerCount: data.layerCount,
      vocabularySize: data.costs?.shape.vocabularySize ?? 0)
    guard !words.isLookupAlone else {
      return ["The draft is lookup alone: the model itself drafts nothing.", words.lookup]
        .compactMap(\.self).joined(separator: " ")
    }
    return ["The draft \(words.sublayers()).", words.head, words.lookup, words.round]
      .compactMap(\.self).joined(separator: " ")
  }

  private var ingredients: Markup {
    let rows = Self.rows(data)
    guard !rows.isEmpty else { return .empty }
    let chart = SpeedupRows(rows, scaledWith: scaled)
      .chart(id: panel.id("ingredients"), title: "What each ingredient gives")
    return figure(
      chart, of: panel,
      caption: data.measured.count == 1
        ? "Nothing else was measured again."
        : "Speedups of the drafts measured again, and of the best one’s ingredients alone or left "
          + "out, with 95% intervals. 1x is plain decoding.")
  }

  private var commands: Markup {
    switch (data.answer, data.state) {
    case (.found, .finished), (.found, .interrupted):
      command("Use it", UseCommand(model: data.subject.model, result: data.path).lines)
    case (_, .journal) where !data.subject.isExternal:
      command(
        "If it was interrupted, go on with",
        [
          "\(Invocation.current.search(data.subject)) \\",
          data.isShared
            ? "  --study \(quoted(StudyDirectory(containing: data.path).path))"
            : "  --resume \(quoted(data.path))",
        ])
    default: .empty
    }
  }

  private func command(_ title: String, _ lines: [String]) -> Markup {
    element("div", ["class": "command"]) {
      element("p", ["id": panel.id("command")]) { title }
      element(
        "pre",
        ["tabindex": "0", "role": "region", "aria-labelledby": panel.id("command")]
      ) { element("code") { lines.joined(separator: "\n") } }
    }
  }
}
