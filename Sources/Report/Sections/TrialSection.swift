import DraftEvaluation
import Files
import Foundation
import SkipSearch

/// Every trial in a table, by each of whose columns it can be sorted.
struct TrialSection {
  let panels: [Panel]

  /// A column: its heading, what a cell shows, and by what it is sorted.
  private struct Column {
    let title: String
    /// Nil: by the text.
    let number: ((Trial) -> Double?)?
    let text: (Trial) -> String
    /// Whether the largest comes first when it is sorted by this.
    var startsLarge = true
  }

  var section: Section {
    Section(
      "trials", "All trials", short: "Trials",
      lead:
        "In the order in which they ran; a heading sorts by its column. Speedups are the search’s "
        + "own, on its prompts; that of a trial that ended early is the estimate, without lookups, "
        + "that ended it."
    ) {
      panels.map(table)
    }
  }

  private func table(_ panel: Panel) -> Markup {
    let trials = panel.data.trials
    guard !trials.isEmpty else {
      return element("p", ["class": "missing"]) {
        (panel.label.map { "\($0) – " } ?? "") + "No trial is finished."
      }
    }
    let columns = Self.columns(layerCount: panel.data.layerCount)
    let best = panel.data.answer.best?.trial
    let name = (panel.label.map { "\($0), " } ?? "") + counted(trials.count, "trial")
    let heading =
      panel.label.map { label in element("h3", ["class": "named"]) { label } } ?? .empty
    return heading
      + element(
        "div",
        ["class": "scroll tall", "tabindex": "0", "role": "region", "aria-label": name]
      ) {
        element("table", ["class": "sortable", "data-panel": panel.key]) {
          element("caption") { name }
          element("thead") {
            element("tr") {
              columns.enumerated().map { index, column in
                element(
                  "th",
                  [
                    "scope": "col", "aria-sort": index == 0 ? "ascending" : "none",
                    "class": column.number == nil ? "word" : nil,
                    "data-first": column.startsLarge ? "descending" : "ascending",
                  ]
                ) { column.title }
              }
            }
          }
          element("tbody") {
            trials.map { row($0, columns, isBest: $0.index == best) }
          }
        }
      }
  }

  private func row(_ trial: Trial, _ columns: [Column], isBest: Bool) -> Markup {
    element("tr", ["data-trial": "\(trial.index)", "class": isBest ? "best" : nil]) {
      columns.map { column in
        element(
          "td",
          [
            "class": column.number == nil ? "word" : nil,
            "data-value": column.number.flatMap { $0(trial) }.flatMap(Self.plain),
          ]
        ) { column.text(trial) }
      }
    }
  }

  /// A number as a script reads it.
  private static func plain(_ value: Double) -> String? { value.isFinite ? "\(value)" : nil }

  private static func columns(layerCount: Int) -> [Column] {
    func number(
      _ title: String, startsLarge: Bool = true, _ value: @escaping (Trial) -> Double?,
      _ text: @escaping (Double) -> String
    ) -> Column {
      Column(
        title: title, number: value, text: { value($0).map(text) ?? "–" }, startsLarge: startsLarge)
    }
    func word(_ title: String, _ text: @escaping (Trial) -> String) -> Column {
      Column(title: title, number: nil, text: text, startsLarge: false)
    }
    return [
      number("trial", startsLarge: false, { Double($0.index) }) { fixed($0, 0) },
      word("proposed by") { $0.origin.name },
      number("speedup", \.speedup) { times($0) },
      // What ended a trial early is an estimate without lookups, which no interval is known of.
      word("95%") { trial in
        trial.evaluation.stoppedEarly ? "–" : trial.evaluation.speedup?.intervalWords ?? "–"
      },
      number("expected", { $0.predicted.map { exp($0.logSpeedup) } }) { times($0) },
      number("accepted", \.evaluation.acceptanceRate) { percent($0) },
      number("draft cost", startsLarge: false, \.evaluation.draftCostRatio) { fixed($0, 3) },
      number("attention skipped", { Double($0.model.skip.attention.count) }) { fixed($0, 0) },
      number("MLP skipped", { Double($0.model.skip.mlp.count) }) { fixed($0, 0) },
      word("bits") { $0.model.bits(layerCount: layerCount) },
      word("head") { head($0) },
      word("lookup") { trial in
        trial.evaluation.draft.stop.lookup.map { "\($0.least)+, \($0.maximum)" } ?? "–"
      },
      number("drafts", { Double($0.evaluation.draft.stop.maximum) }) { fixed($0, 0) },
      number("seconds", \.evaluation.seconds) { fixed($0, 2) },
      word("end") { $0.evaluation.stoppedEarly ? "early" : "complete" },
    ]
  }

  private static func head(_ trial: Trial) -> String {
    let head = trial.model.head
    guard !trial.isLookupAlone, head != .full else { return "–" }
    let bits = head.precision.bits.map { "\($0) bits" }
    let tokens = head.vocabulary.map { "\($0.count) tokens" }
    return [bits, tokens].compactMap(\.self).joined(separator: ", ")
  }
}
