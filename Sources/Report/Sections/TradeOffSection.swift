import DraftEvaluation
import SkipSearch

/// What drafts cost beside how many of their tokens are accepted.
struct TradeOffSection {
  let panels: [Panel]

  var section: Section {
    Section(
      "trade-off", "Acceptance against cost", short: "Cost",
      lead:
        "A cheap draft leaves out much and guesses worse. The line of steps joins the drafts that "
        + "no other beats in both; on a dotted line all have the same speedup."
    ) {
      figures(panels, missing: "No trial drafted anything yet.") { panel in
        guard
          panel.data.trials.contains(where: {
            $0.evaluation.draftCostRatio != nil && $0.evaluation.acceptanceRate != nil
          })
        else { return nil }
        let chart = AcceptanceChart(panel.data, scaledWith: panels.map(\.data.trials))
        return [
          figure(
            chart.chart(id: panel.id("trade-off")), of: panel,
            caption: caption(panel.data, chart.rounds))
        ] + (panels.count == 1 ? [limits(panel.data)] : [])
      }
    }
  }

  private func caption(_ data: ReportData, _ rounds: RoundFigures?) -> String {
    guard let rounds, let best = data.answer.best else {
      return "Lines of equal speedup need a complete trial."
    }
    return "Dotted: equal speedups, for rounds of \(fixed(rounds.drafted, 1)) drafts as trial "
      + "\(best.trial) has them. Lookups are drafts that cost nothing."
  }

  /// What the costs allow at most.
  private func limits(_ data: ReportData) -> Markup {
    guard let bound = data.bound else { return element("div", ["class": "filler"]) }
    let best = data.answer.best
    let own = best.flatMap { data.costs?.costs(of: $0.draft.model).laterStepRatio }
      .map { bound.point(at: $0) }
    return element("dl", ["class": "limits"]) {
      limit(
        times(bound.points[0].perfectSpeedup),
        "the most that is possible here, were drafting free and every draft accepted")
      limit(
        times(bound.least.perfectSpeedup),
        "with the cheapest draft of this model, a step of which takes "
          + "\(fixed(bound.least.draftCost, 3)) of a plain token’s time")
      if let own, let best, best.draft.stop.maximum > 0 {
        limit(
          times(own.perfectSpeedup),
          "with the best draft, whose steps take \(fixed(own.draftCost, 3)) without lookups, every "
            + "draft accepted")
        if let even = own.breakEvenAcceptance {
          limit(percent(even), "the acceptance at which such a draft begins to gain")
        }
      }
    }
  }

  private func limit(_ value: String, _ meaning: String) -> Markup {
    element("div") {
      element("dt") { value }
      element("dd") { meaning }
    }
  }
}
