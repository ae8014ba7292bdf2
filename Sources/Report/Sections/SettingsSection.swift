import DraftEvaluation
import Files
import SkipSearch

/// What the search was about, how it was set, what it ran on, and how long it took.
struct SettingsSection {
  let panels: [Panel]

  /// Facts under one heading; every panel has the same names in the same order.
  private struct Group {
    let title: String
    let facts: [(name: String, value: String)]
  }

  var section: Section {
    Section(
      "settings", "Settings and machine", short: "Settings",
      lead: panels.count == 1
        ? "All that the figures above depend on."
        : "All that the figures above depend on; what differs is marked."
    ) {
      notes
      element(
        "div",
        ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Settings"]
      ) {
        element("table", ["class": "facts"]) {
          if panels.count > 1 {
            element("thead") {
              element("tr") {
                element("th", ["scope": "col"]) { "" }
                panels.map { panel in element("th", ["scope": "col"]) { panel.label ?? "" } }
              }
            }
          }
          zipped.map(body)
        }
      }
    }
  }

  private var notes: Markup {
    let all = panels.flatMap { panel in
      panel.data.notes.map { (panel.label.map { "\($0) – " } ?? "") + $0 }
    }
    return all.isEmpty
      ? .empty
      : element("ul", ["class": "notes"]) { all.map { note in element("li") { note } } }
  }

  /// Group by group, the panels' facts.
  private var zipped: [[Group]] {
    let groups = panels.map { Self.groups($0.data) }
    return (groups.first ?? []).indices.map { index in groups.map { $0[index] } }
  }

  private func body(_ groups: [Group]) -> Markup {
    element("tbody") {
      element("tr") {
        element("th", ["scope": "rowgroup", "colspan": "\(panels.count + 1)", "class": "group"]) {
          groups[0].title
        }
      }
      groups[0].facts.indices.map { index in
        let values = groups.map { $0.facts[index].value }
        return element("tr", ["class": Set(values).count > 1 ? "differs" : nil]) {
          element("th", ["scope": "row"]) { groups[0].facts[index].name }
          values.map { value in element("td") { element("bdi") { value } } }
        }
      }
    }
  }

  private static func groups(_ data: ReportData) -> [Group] {
    let (subject, settings) = (data.subject, data.settings)
    return [
      Group(
        title: "model",
        facts: [
          ("path", subject.model.path),
          ("architecture", "\(subject.model.architecture), \(subject.model.layerCount) layers"),
          (
            "parameters",
            "\(fixed(Double(subject.model.parameterCount) / 1e6, 1)) M, "
              + subject.model.elementType
          ),
          ("fingerprint", subject.model.fingerprint),
        ]),
      Group(
        title: "machine",
        facts: [
          ("processor", subject.machine.cpu),
          (
            "threads, instructions", "\(subject.machine.threads), \(subject.machine.instructionSet)"
          ),
          (
            "read bandwidth",
            subject.machine.readBandwidth.map { "\(fixed($0, 1)) GB/s" } ?? "not measured"
          ),
          ("plain decoding", plain(data)),
          ("costs fitted", costs(data)),
        ]),
      Group(
        title: "prompts",
        facts: [
          ("source", subject.calibration.source),
          (
            "of the search",
            "\(subject.calibration.promptCount), to \(settings.maximumTokens) tokens"
          ),
          (
            "held out",
            subject.calibration.sharesPrompts
              ? "none: those of the search again" : "\(subject.calibration.heldOutCount)"
          ),
          ("fingerprint", subject.calibration.fingerprint),
        ]),
      Group(
        title: "search",
        facts: [
          ("trials", "\(data.trials.count) of at most \(settings.trials)"),
          ("optimiser, seed", "\(settings.optimizer.rawValue), \(settings.seed)"),
          ("evaluator", settings.evaluator.rawValue),
          ("draft weights", settings.policy.weights.rawValue),
          ("draft vocabulary", settings.policy.vocabulary.argument),
          ("lookup", settings.policy.lookup.argument),
          ("most drafts per round", "\(settings.draftMaximum)"),
          ("stop rule", settings.draftStop?.argument ?? "the one that suits each draft"),
          ("never skipped", settings.frozen.isEmpty ? "–" : list(settings.frozen)),
          ("time limit", settings.timeLimit.map(duration) ?? "none"),
          ("ends early", settings.stopsEarly ? "when little is left to gain" : "never"),
        ]),
      Group(
        title: "time and file",
        facts: [
          (
            "time",
            data.phases.isEmpty
              ? "–"
              : data.phases.map { "\($0.name) \(duration($0.seconds))" }.joined(separator: ", ")
          ),
          (data.state == .journal ? "begun" : "ended", data.date),
          ("program", "skip-search \(subject.version)"),
          ("command", subject.command.map(quoted).joined(separator: " ")),
          ("file", data.path),
        ]),
    ]
  }

  private static func plain(_ data: ReportData) -> String {
    guard let least = data.plainPasses.min(), let most = data.plainPasses.max() else {
      return "not in a journal"
    }
    return data.plainPasses.count == 1
      ? "\(fixed(least, 1)) tokens/s"
      : "\(fixed(least, 1))–\(fixed(most, 1)) tokens/s in \(data.plainPasses.count) passes"
  }

  private static func costs(_ data: ReportData) -> String {
    data.costs.map {
      "\($0.residuals.passes) timed passes, within \(percent($0.residuals.draft, 0)) (draft steps) "
        + "and \(percent($0.residuals.verification, 0)) (verifications)"
    } ?? "not measured"
  }
}
