import SkipSearch

/// Whether the optimiser's model knew what it was doing.
struct PredictionSection {
  let panels: [Panel]

  var section: Section {
    Section(
      "prediction", "Expected and measured", short: "Prediction",
      lead:
        "What the optimiser’s model expected of each complete trial, and what was measured then. "
        + "A whisker holds 95% of what it believed of the measurement; the larger, red dots lie "
        + "outside."
    ) {
      let checks = panels.map { PredictionCheck($0.data.trials) }
      figures(panels, missing: "Too few trials were predicted to say.") { panel in
        let check = PredictionCheck(panel.data.trials)
        guard check.points.count > 2 else { return nil }
        let figure = figure(
          PredictionChart(check, scaledWith: checks).chart(id: panel.id("prediction")), of: panel,
          caption: "")
        return [figure, sentence(check)]
      }
    }
  }

  private func sentence(_ check: PredictionCheck) -> Markup {
    element("dl", ["class": "limits"]) {
      element("div") {
        element("dt") { "\(check.coveredCount) of \(check.points.count)" }
        element("dd") {
          "measurements lie in the whiskers: "
            + percent(Double(check.coveredCount) / Double(check.points.count), 0)
            + ", where 95% were promised"
        }
      }
      if let correlation = check.correlation {
        element("div") {
          element("dt") { fixed(correlation, 2) }
          element("dd") {
            "is the correlation of expected and measured; towards the end of a search all drafts "
              + "are nearly equal, and it falls"
          }
        }
      }
    }
  }
}
