import DraftEvaluation

/// How far what was found on the prompts of the search holds on others, and on others of each kind.
struct HeldOutSection {
  let panels: [Panel]

  var section: Section {
    Section(
      "held-out", "On prompts that the search never saw", short: "Held-out",
      lead: "The best of many trials is partly the luckiest, so that held-out prompts count. Kinds "
        + "are of few prompts each: mind the intervals."
    ) {
      let all = panels.flatMap { rows($0.data) }
      figures(
        panels,
        missing: "No draft was measured on held-out prompts (a search does that at its end)."
      ) { panel in
        let rows = rows(panel.data)
        guard rows.count > 1 else { return nil }
        return [
          figure(
            SpeedupRows(rows, scaledWith: all)
              .chart(id: panel.id("held-out"), title: "The best draft, group of prompts by group"),
            of: panel, caption: caption(panel.data))
        ] + (panels.count == 1 ? [kindTable(panel.data)] : [])
      }
    }
  }

  private func rows(_ data: ReportData) -> [SpeedupRows.Row] {
    guard let best = data.answer.best, best.isHeldOut else { return [] }
    let others = best.others.compactMap { name, evaluation in
      evaluation.speedup.map { SpeedupRows.Row(name: name, estimate: $0) }
    }
    let own = best.decisive.speedup.map {
      SpeedupRows.Row(name: "held-out prompts", estimate: $0, isBest: true)
    }
    return others + [own].compactMap(\.self)
      + data.kinds.compactMap { kind in
        kind.speedup.map {
          SpeedupRows.Row(name: "held-out, \(Self.name(kind)) (\(kind.promptCount))", estimate: $0)
        }
      }
  }

  private static func name(_ kind: KindFigures) -> String { kind.kind ?? "of no kind" }

  private func caption(_ data: ReportData) -> String {
    data.kinds.isEmpty ? "This result does not tell kinds of prompts apart." : ""
  }

  private func kindTable(_ data: ReportData) -> Markup {
    guard let best = data.answer.best, !data.kinds.isEmpty else {
      return element("div", ["class": "filler"])
    }
    return element(
      "div",
      [
        "class": "scroll", "tabindex": "0", "role": "region",
        "aria-label": "Acceptance by kind of prompt",
      ]
    ) {
      element("table", ["class": "plain-table"]) {
        element("thead") {
          element("tr") {
            ["prompts", "number", "accepted", "speedup"].map { title in
              element("th", ["scope": "col"]) { title }
            }
          }
        }
        element("tbody") {
          row(
            "all held-out", best.decisive.promptCount, best.decisive.acceptanceRate,
            best.decisive.speedup)
          data.kinds.map { row(Self.name($0), $0.promptCount, $0.acceptanceRate, $0.speedup) }
        }
      }
    }
  }

  private func row(
    _ name: String, _ prompts: Int, _ acceptance: Double?, _ speedup: SpeedupEstimate?
  ) -> Markup {
    element("tr") {
      element("th", ["scope": "row"]) { name }
      element("td") { "\(prompts)" }
      element("td") { percent(acceptance) }
      element("td") { speedup?.words ?? "–" }
    }
  }
}
