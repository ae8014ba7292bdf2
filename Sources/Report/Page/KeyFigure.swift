import DraftEvaluation
import Files

/// The answer as a picture of its own, for READMEs: the speedup, what each ingredient gives, and
/// what the best draft does with each layer. It brings its colours along, light and dark.
struct KeyFigure {
  let panel: Panel

  private static let width = 880.0
  private static let left = 30.0
  private static let right = 450.0

  private var data: ReportData { panel.data }
  private var rows: [SpeedupRows.Row] { AnswerSection.rows(data) }

  var source: String { markup.source + "\n" }

  private var markup: Markup {
    let ingredients = SpeedupRows(rows, scaledWith: rows)
      .chart(id: panel.id("key"), title: "What each ingredient gives")
    let map = data.answer.best.map {
      LayerMap(best: $0.draft.model, good: nil, layerCount: data.layerCount)
        .chart(id: panel.id("key-map"))
    }
    let foot = max(
      236 + (map.map { $0.height + 34 } ?? 0), rows.isEmpty ? 0 : 66 + ingredients.height)
    return element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "chart", "role": "img",
        "viewBox": "0 0 \(Mark.px(Self.width)) \(Mark.px(foot + 44))",
        "width": Mark.px(Self.width), "height": Mark.px(foot + 44),
        "aria-labelledby": "key-title key-description",
        "font-family": "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif",
      ]
    ) {
      element("title", ["id": "key-title"]) { "\(shortName): \(big) \(small)" }
      element("desc", ["id": "key-description"]) {
        [ingredients.description, map?.description].compactMap(\.self).joined(separator: " ")
      }
      element("style") { Palette.markup + ChartStyle.markup + KeyFigure.style }
      Mark.box(0.5, 0.5, Self.width - 1, foot + 43, "paper", corner: 12)
      words
      if !rows.isEmpty {
        Mark.text(Self.right, 46, .start, "strong", ingredients.title)
        moved(Self.right, 58) { ingredients.content }
      }
      if let map {
        moved(Self.left, 226) { map.content }
        legend(y: 248 + map.height)
      }
      Mark.text(Self.left, foot + 24, .start, nil, conditions)
    }
  }

  private func moved(
    _ x: Double, _ y: Double, @MarkupBuilder _ content: () -> Markup
  ) -> Markup {
    element("g", ["transform": "translate(\(Mark.px(x)) \(Mark.px(y)))"], content)
  }

  private var words: Markup {
    .sequence([
      Mark.text(Self.left, 46, .start, "name", shortName),
      Mark.text(Self.left - 4, 136, .start, "big", big),
      Mark.text(Self.left, 170, .start, "meaning", small),
      Mark.text(Self.left, 193, .start, nil, interval),
    ])
  }

  /// A name that fits.
  private var shortName: String { shortened(data.name, to: 38) }

  private var big: String {
    switch data.answer {
    case .found(let best), .soFar(let best): times(best.decisive.speedup?.speedup)
    case .notBeyondDoubt, .nothingCanPay: "No gain"
    case .nothingYet: "…"
    }
  }

  private var small: String {
    switch data.answer {
    case .found: "the speed of plain decoding, same output"
    case .soFar: "the speed of plain decoding so far, by the search’s estimate"
    case .notBeyondDoubt: "beyond doubt by any draft"
    case .nothingCanPay: "is possible on this machine"
    case .nothingYet: "no trial is finished"
    }
  }

  private var interval: String {
    guard let best = data.answer.best, let speedup = best.decisive.speedup else { return "" }
    let prompts = counted(best.decisive.promptCount, best.isHeldOut ? "held-out prompt" : "prompt")
    return [speedup.intervalWords.map { "95% interval \($0)" }, "on \(prompts)"]
      .compactMap(\.self).joined(separator: ", ")
  }

  private var conditions: String {
    let machine = data.subject.machine
    return
      "\(shortened(machine.cpu, to: 48)), \(counted(machine.threads, "thread")), \(machine.instructionSet); "
      + "plain decoding is 1x; found by skip-search in "
      + duration(data.phases.reduce(0) { $0 + $1.seconds })
  }

  private func legend(y: Double) -> Markup {
    guard let model = data.answer.best?.draft.model else { return .empty }
    let used = GoodTrials.Choice.allCases.filter { choice in
      SublayerKind.allCases.contains { kind in
        (0..<data.layerCount).contains { GoodTrials.Choice(model, kind, $0) == choice }
      }
    }
    var x = Self.left + LayerMap.left + 1
    return .sequence(
      used.map { choice in
        let start = x
        // About what the letters take.
        x += 30 + 6.2 * Double(choice.name.count)
        return .sequence([
          Mark.box(start, y - 11, 13, 13, choice.style, corner: 2),
          Mark.text(start + 6.5, y - 0.5, .middle, "glyph on-\(choice.style)", choice.glyph),
          Mark.text(start + 19, y, .start, nil, choice.name),
        ])
      })
  }

  private static let style = Markup.raw(
    """
    svg .paper { fill: var(--card); stroke: var(--line); }
    svg .name { fill: var(--ink); font-size: 16px; font-weight: 600; }
    svg .big { fill: var(--best); font-size: 84px; font-weight: 700; letter-spacing: -3px; }
    svg .meaning { fill: var(--ink); font-size: 15px; }

    """)
}
