import Files

/// The whole page.
struct ReportPage {
  let panels: [Panel]
  /// When it is made; ISO 8601, UTC.
  let time: String

  var source: String {
    "<!DOCTYPE html>\n"
      + element("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"]) {
        head
        body
      }.source + "\n"
  }

  private var title: String {
    panels.map(\.data.name).joined(separator: " beside ")
      + (panels.count == 1
        ? panels[0].data.answer.best?.decisive.speedup.map { ": \(times($0.speedup))" } ?? "" : "")
      + " – skip-search"
  }

  private var head: Markup {
    element("head") {
      element("meta", ["charset": "utf-8"])
      element("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
      element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      element("meta", ["name": "color-scheme", "content": "light dark"])
      element("meta", ["name": "generator", "content": "skip-search"])
      element("title") { title }
      element("style") { Self.style }
    }
  }

  /// Nothing is loaded, and nothing runs but the page's own script.
  private var policy: String {
    "default-src 'none'; style-src 'sha256-\(SHA256.base64(Self.style.source))'; "
      + "script-src 'sha256-\(SHA256.base64(PageScript.markup.source))'; base-uri 'none'; "
      + "form-action 'none'"
  }

  private static let style = Palette.markup + ChartStyle.markup + PageStyle.markup

  private var sections: [Section] {
    // Before the first trial all the others would say that there is nothing yet.
    guard panels.contains(where: { !$0.data.trials.isEmpty }) else {
      return [SettingsSection(panels: panels).section]
    }
    return [
      ConvergenceSection(panels: panels).section, LayerSection(panels: panels).section,
      TradeOffSection(panels: panels).section, PredictionSection(panels: panels).section,
      RoundSection(panels: panels).section, HeldOutSection(panels: panels).section,
      TrialSection(panels: panels).section, SettingsSection(panels: panels).section,
    ]
  }

  private var body: Markup {
    let sections = sections
    return element("body") {
      element("a", ["class": "skip", "href": "#main"]) { "To the answer" }
      element("header", ["class": "page"]) {
        element("p", ["class": "brand"]) { "skip-search" }
        element("nav", ["aria-label": "Contents"]) {
          element("ul") {
            sections.map { section in
              element("li") { element("a", ["href": "#\(section.id)"]) { section.short } }
            }
          }
        }
      }
      element("main", ["id": "main", "tabindex": "-1"]) {
        answers
        sections.map(\.markup)
      }
      footer
      element("script") { PageScript.markup }
    }
  }

  private var answers: Markup {
    let scaled = panels.flatMap { AnswerSection.rows($0.data) }
    let cards = panels.map {
      AnswerSection(panel: $0, level: panels.count == 1 ? 1 : 2, scaled: scaled).markup
    }
    guard panels.count == 2 else { return .sequence(cards) }
    return ComparisonSection(first: panels[0], second: panels[1]).markup
      + element("div", ["class": "pair"]) { cards }
  }

  private var footer: Markup {
    let files = panels.map { quoted($0.data.path) }.joined(separator: " ")
    return element("footer", ["class": "page"]) {
      element("p") {
        "Made at "
        element("time", ["datetime": time]) { time }
        panels.contains { $0.data.state == .journal }
          ? " of what was known then. Make it again with " : ". Make it again with "
        element("code") { "skip-search report \(files)" }
        "."
      }
      element("p") {
        "Self-speculative decoding: the draft is the model itself with something left out, the "
        "full model verifies, and the output is the same. Speedups are plain over speculative "
        "seconds; intervals are jackknifed over prompts."
      }
    }
  }
}
