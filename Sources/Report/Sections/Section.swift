/// A part of the page under a heading, by which the contents lead to it.
struct Section {
  let id: String
  let title: String
  /// A word for the contents.
  let short: String
  let content: Markup

  /// - Parameter lead: what is to be seen, a sentence or two.
  init(
    _ id: String, _ title: String, short: String, lead: String,
    @MarkupBuilder content: () -> Markup
  ) {
    self.id = id
    self.short = short
    self.title = title
    self.content = element("p", ["class": "lead"]) { lead } + content()
  }

  var markup: Markup {
    element("section", ["id": id, "aria-labelledby": "\(id)-heading"]) {
      element("h2", ["id": "\(id)-heading"]) { title }
      content
    }
  }
}

/// A chart with its caption.
///
/// - Parameter panel: whose it is.
func figure(_ chart: Chart, of panel: Panel, caption: String) -> Markup {
  figure([chart], chart.title, of: panel, caption: caption)
}

/// Charts below one another under one caption.
func figure(
  _ charts: [Chart], _ title: String, of panel: Panel, caption: String
) -> Markup {
  element("figure", ["data-panel": panel.key]) {
    element("figcaption") {
      element("b") { (panel.label.map { "\($0) – " } ?? "") + title }
      if !caption.isEmpty { element("span") { caption } }
    }
    charts.map(\.markup)
  }
}

/// Figures two abreast where there is room: each panel's below one another where there are two.
///
/// - Parameter make: the figures of a panel; where it is nil, `missing` says what there is not.
func figures(
  _ panels: [Panel], missing: String, _ make: (Panel) -> [Markup]?
) -> Markup {
  let columns = panels.map { panel in
    make(panel) ?? [
      element("p", ["class": "missing"]) { (panel.label.map { "\($0) – " } ?? "") + missing }
    ]
  }
  let rows = columns.map(\.count).max() ?? 0
  return element("div", ["class": "figures"]) {
    (0..<rows).map { row in
      .sequence(
        columns.map { column in
          row < column.count ? column[row] : element("div", ["class": "filler"])
        })
    }
  }
}
