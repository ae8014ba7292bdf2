import SkipSearch

/// How the search came to its best draft.
struct ConvergenceSection {
  let panels: [Panel]

  var section: Section {
    Section(
      "convergence", "How the search went", short: "Search",
      lead:
        "Each dot is a draft that was tried, rings are trials that ended early as hopeless, the "
        + "line is the best complete one so far, by its speedup less one standard error, so that "
        + "luck counts less."
    ) {
      figures(panels, missing: "No trial is finished.") { panel in
        guard !panel.data.trials.isEmpty else { return nil }
        let all = panels.map(\.data.trials)
        return [
          figure(
            ConvergenceChart(panel.data.trials, along: .trials, scaledWith: all)
              .chart(id: panel.id("by-trial")), of: panel, caption: ""),
          figure(
            ConvergenceChart(panel.data.trials, along: .time, scaledWith: all)
              .chart(id: panel.id("by-time")), of: panel, caption: ""),
        ]
      }
    }
  }
}
