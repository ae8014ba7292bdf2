/// A search among those that a report shows: one, or two side by side.
struct Panel: Sendable {
  let data: ReportData
  /// Begins the identifiers of its charts.
  let key: String
  /// What tells it from the other; nil where it is the only one.
  let label: String?

  /// The panels of a report, told apart by the models' names, or where those are equal by the
  /// files'.
  static func panels(_ reports: [ReportData]) -> [Panel] {
    let names = reports.map(\.name)
    let labels =
      Set(names).count == names.count
      ? names : reports.map { $0.path.split(separator: "/").last.map(String.init) ?? $0.path }
    return zip(reports, labels).enumerated().map { index, pair in
      Panel(
        data: pair.0, key: reports.count == 1 ? "only" : index == 0 ? "first" : "second",
        label: reports.count == 1 ? nil : "\(index == 0 ? "A" : "B"): \(pair.1)")
    }
  }

  /// A chart's identifier.
  func id(_ chart: String) -> String { "\(key)-\(chart)" }
}
