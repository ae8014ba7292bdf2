import SkipSearch

/// What drafts do with each sub-layer, and how much each matters.
struct LayerSection {
  let panels: [Panel]

  var section: Section {
    Section(
      "layers", "Layer by layer", short: "Layers",
      lead:
        "What the best draft skips or reads in fewer bits; in columns below, how often the best "
        + "quarter of the trials did so; and what the optimiser’s model believes that skipping a "
        + "sub-layer costs, with two standard deviations."
    ) {
      legend
      figures(panels, missing: "No draft is known yet.") { panel in
        panel.data.answer.best.map { best in [map(panel, best), importances(panel)] }
      }
    }
  }

  private var legend: Markup {
    let choices = GoodTrials.Choice.allCases.filter { choice in
      choice == .model || choice == .skipped
        || panels.contains { panel in
          panel.data.trials.contains { trial in
            SublayerKind.allCases.contains { kind in
              (0..<panel.data.layerCount).contains {
                GoodTrials.Choice(trial.model, kind, $0) == choice
              }
            }
          }
        }
    }
    return element("ul", ["class": "legend"]) {
      choices.map { choice in
        element("li") {
          element("svg", ["class": "swatch", "viewBox": "0 0 16 16", "aria-hidden": "true"]) {
            Mark.box(1, 1, 14, 14, choice.style, corner: 2)
            Mark.text(8, 12, .middle, "glyph on-\(choice.style)", choice.glyph)
          }
          choice.name
        }
      }
    }
  }

  private func map(_ panel: Panel, _ best: Answer.Best) -> Markup {
    let good = GoodTrials(of: panel.data.trials)
    let chart = LayerMap(best: best.draft.model, good: good, layerCount: panel.data.layerCount)
      .chart(id: panel.id("map"))
    return figure(
      chart, of: panel,
      caption: good.map { "“good ones”: the best \($0.trials.count) complete trials." }
        ?? "There are too few complete trials to say what the good ones share.")
  }

  private func importances(_ panel: Panel) -> Markup {
    guard !panel.data.importances.isEmpty else {
      return element("p", ["class": "missing"]) {
        panel.data.state == .journal
          ? "How much each sub-layer matters is known when the search ends."
          : "This result does not say how much each sub-layer matters."
      }
    }
    let all = panels.flatMap(\.data.importances)
    let charts = SublayerKind.allCases.map { kind in
      ImportanceChart(panel.data.importances, kind, scaledWith: all)
        .chart(id: panel.id("importance-\(kind.rawValue.lowercased())"))
    }
    return figure(
      charts, "How much each sub-layer matters", of: panel,
      caption: "What skipping it takes off the logit of the acceptance, all others as in the best "
        + "draft. Filled: harmful beyond doubt.")
  }
}
